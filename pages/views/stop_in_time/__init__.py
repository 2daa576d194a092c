"""A recorded run whose loss curves grow, to be stopped where overfitting begins."""
