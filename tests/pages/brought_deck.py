"""A deck that somebody brought, for tests of Learn and of the guide."""

TEXT = """\
---
title: Count and train
kind: lesson
sentence: How many numbers a network learns.
minutes: 6
---

# Welcome

You build a small network.

# Count {page=define.py}

```experiment
start: lecture
data: {dataset: digits}
```

```predict
id: size
ask: How many parameters will it have?
figure: parameters
bands: [1000, 5000]
```

```task
id: small
do: Give the hidden layer 16 neurons.
checks:
  - parameters: {equal: 1210}
hints: [Select the hidden layer., Its units are 16.]
show: {layers: [Flatten, {Dense: {units: 16, activation: relu}}, {Dense: {units: 10, activation: softmax}}]}
```

# Train {page=train.py}

```predict
id: accuracy
ask: Which share will it name rightly?
figure: validation_accuracy
bands: [0.3, 0.6]
```

```question
id: epoch
ask: What is an epoch?
options:
  - {text: One batch, reply: A batch is a part of it.}
  - {text: All training images once, reply: "Yes: each image once.", right: true}
```
"""
