package partnerview

// Limits of the address book. A book is kept by hand: what is over them is a mistake
// in a program that writes to it.
const (
	partnersMax = 10_000
	sitesMax    = 500 // of one partner
	contactsMax = 20
	routesMax   = 10
	textMax     = 200 // bytes of a name, a street, an e-mail address
	addressMax  = 500 // bytes of a route's address
	listedMax   = 1000
)

// Limits of lists and checks.
const (
	sourcesMax   = 200    // sources of lists
	rowsChunk    = 20_000 // rows of a list in one transaction
	rowsOfKeyMax = 200    // rows of one list under one key that a check looks at
	badShown     = 20     // unreadable lines that a load names
	badTextMax   = 300    // bytes of what is wrong with one, which may show what stands there
	matchesMax   = 20     // list keys of one site
	standingsMax = 5000   // roles at sites that are judged in one answer
	checksSeen   = 20_000 // kept checks, the newest, among which those of a partner are looked for
	checksListed = 100    // of a partner in one answer
)
