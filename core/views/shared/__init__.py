"""Parts that several views share: the base classes of requests, the loss surface, and the gradients of Dense layers."""
