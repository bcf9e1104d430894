package words

// Unsure tells the cashier that nobody knows yet whether a sale was recorded.
func (w Words) Unsure() string {
	return w.say(text{
		"Niet zeker of deze verkoop is opgeslagen. Stuur dezelfde bon nog eens: hij telt dan toch maar één keer. (K-402)",
		"Not certain whether this sale was saved. Send the same receipt once more: it counts only once all the same. (K-402)",
	})
}
