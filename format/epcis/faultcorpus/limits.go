package faultcorpus

// The size of the corpus.
const (
	GoodVariants   = 7   // of each shape in each form
	FaultyVariants = 5   // of each kind of fault
	GoodMin        = 300 // good documents there must be at least
	FaultyMin      = 300 // spoiled ones
	KindsMin       = 60  // kinds of faults
)
