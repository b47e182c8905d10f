package gs1

// Every bound this package keeps, in one place. Each is tested at the limit and
// one past it.
const (
	// MaxInputBytes is the longest text any parse function takes. The largest
	// QR code holds 4,296 characters; the rest is room for a long web address.
	MaxInputBytes = 8192
	// MaxElements is the largest number of element strings in one scan.
	MaxElements = 64
	// MaxPathSegments is the largest number of segments in a Digital Link path,
	// its stem included.
	MaxPathSegments = 64
	// MaxQueryParameters is the largest number of query parameters read.
	MaxQueryParameters = 64
	// MaxLot and MaxSerial are the longest batch or lot number (AI 10) and
	// serial number (AI 21), in characters.
	MaxLot    = 20
	MaxSerial = 20
	// MinPrefix and MaxPrefix bound the digits of a GS1 company prefix in an
	// EPC URN, as the partition tables of the Tag Data Standard do.
	MinPrefix = 6
	MaxPrefix = 12
	// MaxPrefixes is the largest prefix table taken.
	MaxPrefixes = 2_000_000
	// maxErrorInput is how much of the input an error message repeats.
	maxErrorInput = 80
)
