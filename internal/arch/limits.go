package arch

// The sizes that the tests hold. They serve a reader: one subject a file, one
// screen a function, a kernel that can be read in an afternoon.
const (
	fileLinesMax     = 600  // any hand-written source file, comments included
	functionLinesMax = 70   // one function, from its first to its last line
	functionDepthMax = 3    // control statements inside one another
	kernelLinesMax   = 1500 // ledger/ without tests, lines that hold code
	moduleLinesMax   = 1200 // rules of one domain, lines that hold code; reported, not refused
)

// The sizes of a tree that a check agrees to read, so that a stray build
// folder is reported rather than read for minutes.
const (
	treeFilesMax = 20_000
	textBytesMax = 4 << 20
	faultsShown  = 60
)
