package carry

// Limits of a line.
const (
	waitingMax    = 16    // jobs under way or in line
	errorBytesMax = 2_000 // of why a job failed
)
