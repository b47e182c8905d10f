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
	// MaxPrefixListBytes and MaxPrefixListEntries bound the list of company
	// prefix lengths that ReadPrefixList takes; GS1's own held 1.4 million
	// entries of about 50 bytes in 2025.
	MaxPrefixListBytes   = 256 << 20
	MaxPrefixListEntries = 8_000_000
	// MaxPrefixConflicts is how many contradictions between company prefixes
	// PrefixesFromURNs reports.
	MaxPrefixConflicts = 100
	// The largest numbers of EPC schemes whose parts are bounded by their width
	// in a tag's memory: 28, 24 and 36 bits for gid, 36 for usdod.
	maxGIDManager  = 1<<28 - 1
	maxGIDClass    = 1<<24 - 1
	maxGIDSerial   = 1<<36 - 1
	maxUSDoDSerial = 1<<36 - 1
	// maxADIPart and maxADISerial bound the characters of an aerospace and
	// defense identifier.
	maxADIPart   = 32
	maxADISerial = 30
	// maxErrorInput is how much of the input an error message repeats.
	maxErrorInput = 80
)
