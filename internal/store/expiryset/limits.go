package expiryset

// The limits of this package, in one place.
const (
	// BucketsMax is the greatest number of buckets of all sets together. With
	// buckets of an hour that live for days it is far away.
	BucketsMax = 1 << 14
	// checkWindow is how many items of one bucket Check holds in memory; a larger
	// bucket is read once for each window.
	checkWindow = 1 << 20
)
