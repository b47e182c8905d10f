package register

// Limits of a list. Those of boards have thousands of lines; the largest that are
// published, some hundred thousand.
const (
	BytesMax   = 200 << 20
	RowsMax    = 2_000_000
	MappingMax = 64 << 10 // bytes of a mapping

	recordBytesMax = 64 << 10 // a quote that is never closed must not take the memory
	columnsMax     = 200
	keyBytesMax    = 100
	statusesMax    = 100
)
