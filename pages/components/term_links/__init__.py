"""The links from words on a page to terms of the glossary."""
