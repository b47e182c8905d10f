package epcis

// Set names a set of rules.
type Set string

// The rule sets.
const (
	SetStructure Set = "structure" // what the XSDs and the JSON schema demand
	SetGS1       Set = "gs1"       // identifiers, check digits, lots, expiry dates
	SetCBV       Set = "cbv"       // known steps, dispositions and types
	SetDSCSA     Set = "dscsa"     // GS1 US guideline R1.2 and R1.3
)

// AllSets lists every rule set.
var AllSets = []Set{SetStructure, SetGS1, SetCBV, SetDSCSA}
