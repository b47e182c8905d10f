package config

// The bounds of the values, and of the file itself. Config's comments give
// them to the reader; a test holds the two together.
const (
	fileBytesMax = 64 << 10 // the YAML parser takes quadratic time on deep nonsense

	chainIDCharsMax = 50
	orgCharsMax     = 64
	peersMax        = 64
	nodeIDDigits    = 40
	hostsMax        = 16
	certificatesMax = 256
	groupsMax       = 256
	rolesMax        = 16
	hostCharsMax    = 253 // of a host name (RFC 1035 section 2.3.4)

	channelKeyDigits   = 64
	consensusKeyDigits = 66

	spoolMBMin, spoolMBMax             = 512, 1 << 20
	witnessesMax                       = 16
	inletsMax, credentialsMax          = 64, 64
	outletsMax                         = 64
	inletEveryMin, inletEveryMax       = 1, 86_400
	witnessEveryMin, witnessEveryMax   = 1, 86_400
	snapshotEveryMin, snapshotEveryMax = 10, 10_000_000
	scrubPercentMin, scrubPercentMax   = 1, 100
	scrubPauseMin, scrubPauseMax       = 1, 86_400
	ledgerAgeMin, ledgerAgeMax         = 1, 720 // hours
	noticeAgeMin, noticeAgeMax         = 1, 90  // days
	snapshotKeepMin, snapshotKeepMax   = 1, 10

	cacheMBMin, cacheMBMax       = 8, 65_536
	memtableMBMin, memtableMBMax = 4, 1024

	keepDaysMin, keepDaysMax = 2192, 36_525 // six years and a day, and a hundred

	hostedOpenMin, hostedOpenMax = 1, 4096

	pendingMin, pendingMax     = 100, 1_000_000
	bodyBytesMin, bodyBytesMax = 64 << 10, 256 << 20
	requestsMin, requestsMax   = 1, 10_000
)
