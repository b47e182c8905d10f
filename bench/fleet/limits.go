package fleet

import "time"

// The limits of this package, in one place.
const (
	// ValidatorsMax is how many processes one fleet may have.
	ValidatorsMax = 16
	// PreparedMax is how many entries may wait in one validator.
	PreparedMax = 2_000_000
	// HopsMax is how many hops a journey may take at a time.
	HopsMax = 100
	// readyWait is how long a fleet may take to start and to connect.
	readyWait = 60 * time.Second
	// stopWait is how long a validator may take to stop before it is killed.
	stopWait = 30 * time.Second
	// commitWait is how long one entry of a journey may take.
	commitWait = 20 * time.Second
	// prepareInFlight is how many commissions are under way while units are prepared.
	prepareInFlight = 256
	// prepareMax is how long the commissions of one validator may take.
	prepareMax = 10 * time.Minute
	// chainID names the benchmark's chain.
	chainID = "pedigree-bench"
)
