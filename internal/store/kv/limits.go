package kv

import "time"

// The limits of this package, in one place.
const (
	// memTableBytesDefault is the size of one write buffer. Two can exist at once.
	memTableBytesDefault = 32 << 20
	// memTableBytesMin keeps a flush from happening at every block.
	memTableBytesMin = 1 << 20
	// memTableBytesMax keeps one buffer's replay after a crash below a second or so.
	memTableBytesMax = 256 << 20
	// memTablesMax is how many write buffers may exist before writers wait.
	memTablesMax = 2
	// cacheBytesDefault is the size of the block cache.
	cacheBytesDefault = 64 << 20
	// openFilesDefault is how many table files may stay open.
	openFilesDefault = 512
	// keyBytesMax is the longest key of a view, its prefix not counted.
	keyBytesMax = 1 << 10
	// valueBytesMax is the largest value; the engine's largest is a saved
	// block result, bounded by the block size.
	valueBytesMax = 256 << 20
	// closeWaitMax is how long Close waits for readers that are still at work.
	closeWaitMax = 10 * time.Second
	// closePoll is how often Close looks whether they are done.
	closePoll = time.Millisecond
)
