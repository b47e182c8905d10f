package auth

import "slices"

// Permission names one thing that may be done. Its row in Permissions says what.
type Permission string

// The permissions.
const (
	ReadLedger    Permission = "read-ledger"
	ReadGoods     Permission = "read-goods"
	ReadProofs    Permission = "read-proofs"
	Capture       Permission = "capture"
	IssueKeys     Permission = "issue-receiving-keys"
	Ship          Permission = "ship"
	Return        Permission = "return"
	Send          Permission = "send"
	Receive       Permission = "receive"
	Dispense      Permission = "dispense"
	Hold          Permission = "hold"
	Submit        Permission = "submit"
	Act           Permission = "act"
	Keys          Permission = "change-keys"
	Govern        Permission = "govern"
	Watch         Permission = "watch"
	Backup        Permission = "backup"
	Export        Permission = "export"
	AllowBackup   Permission = "allow-backup"
	ReadAudit     Permission = "read-audit"
	ManagePeople  Permission = "manage-people"
	GrantPower    Permission = "grant-power"
	Approve       Permission = "approve"
	OwnSession    Permission = "own-session"
	KeepPartners  Permission = "keep-partners"
	KeepCatalogue Permission = "keep-catalogue"
	Erase         Permission = "erase"
	Deposit       Permission = "deposit"

	SettleExceptions Permission = "settle-exceptions"
)

// Rule is one row of the table of permissions.
type Rule struct {
	Permission Permission `json:"permission" doc:"The permission's name"`
	Allows     string     `json:"allows" doc:"What it allows, in a sentence"`
	TwoPersons bool       `json:"two_persons" doc:"A second person who has it must approve each act"`
	Meaning    string     `json:"meaning,omitempty" doc:"Each act is signed with this meaning (21 CFR 11.50); empty: it is not signed"`
	Reads      bool       `json:"reads" doc:"It changes nothing"`
	OfNode     bool       `json:"of_node" doc:"It is about the node as a whole: never given to an organisation that the node only hosts"`
	// Permit says that, where two persons are there, each use needs a permit that two
	// of them gave before: the act itself goes on for long, or runs at night.
	Permit bool `json:"permit,omitempty" doc:"Each use needs a permit that two persons gave, where there are two"`
	// Alone says that the owner may do it in need without a second person, so that
	// nobody is locked out of what is theirs: it is written down with a reason and
	// raises an alarm.
	Alone bool `json:"alone,omitempty" doc:"The owner may do it alone in need, with a reason, and everybody is told"`
	// Relays says that what it does is evidence by itself: a signed envelope that
	// the ledger keeps.
	Relays bool `json:"relays,omitempty" doc:"What it does is kept by the ledger with its signature, so the audit trail has no line of it"`
}

// Audited tells whether each act leaves a line in the audit trail.
func (r Rule) Audited() bool { return r.Permission != "" && !r.Reads && !r.Relays }

// permissions is the table, in the order in which it is shown.
var permissions = []Rule{
	{Permission: OwnSession, Allows: "See and end one's own sessions, and see what one may do."},
	{Permission: ReadLedger, Allows: "Read what every member of the network can read: members, proposals, entries, status, the first validators.", Reads: true},
	{Permission: ReadProofs, Allows: "Take out receipts and proofs, which can be checked offline.", Reads: true},
	{Permission: ReadGoods, Allows: "Read the organisation's own stock, shipments and the history of its packages.", Reads: true},
	{Permission: Capture, Allows: "Take in event documents: commission, pack, unpack, decommission."},
	{Permission: IssueKeys, Allows: "Make receiving keys for a partner and take in a partner's."},
	{Permission: Ship, Allows: "Offer goods to a partner and take the shipment's file out."},
	{Permission: Return, Allows: "Send goods back to whom they came from, and say that goods which were prepared to leave have left."},
	{Permission: Send, Allows: "Send documents to partners, and see to deliveries that don't get through: send again, give up, take out."},
	{Permission: Receive, Allows: "Receive or refuse a partner's shipment, read and mark its documents."},
	{Permission: Deposit, Allows: "Leave a document at the inlet that a machine's key is named after, and see what came of it."},
	{Permission: Dispense, Allows: "Dispense packs, and put what was dispensed on the ledger."},
	{Permission: KeepPartners, Allows: "Keep the address book, routes and licence lists."},
	{Permission: KeepCatalogue, Allows: "Keep product facts."},
	{Permission: SettleExceptions, Allows: "Open, answer and settle exception cases."},
	{Permission: Hold, Allows: "Hold, quarantine and release goods, and take in recall notices."},
	{Permission: Submit, Allows: "Hand in an envelope that was signed elsewhere.", Relays: true},
	{Permission: Act, Allows: "Send an act of the organisation, signed with its key: identifiers, licences, delegations.", Meaning: "responsibility"},
	{Permission: Keys, Allows: "Add, retire or declare lost a key of the organisation.", TwoPersons: true, Meaning: "authorisation"},
	{Permission: Govern, Allows: "Propose and vote: admit, suspend or remove a member, change a validator, a quorum or a parameter.", TwoPersons: true, Meaning: "approval"},
	{Permission: Watch, Allows: "Read the node's figures for monitoring.", Reads: true, OfNode: true},
	{Permission: Backup, Allows: "Take a backup of the node out. It holds no key; the documents in it are encrypted.", OfNode: true, Permit: true, Alone: true},
	{Permission: AllowBackup, Allows: "Permit, for a time, that somebody takes backups, or that a backup is restored.", OfNode: true, TwoPersons: true, Meaning: "authorisation"},
	{Permission: Export, Allows: "Take everything of the organisation out, in the clear: documents, stock, partners, people and the audit trail. No key is in it."},
	{Permission: Erase, Allows: "Destroy a document or a reason that names a person, for good.", TwoPersons: true, Meaning: "authorisation"},
	{Permission: ReadAudit, Allows: "Read the audit trail and the signatures.", Reads: true},
	{Permission: ManagePeople, Allows: "Enter and remove people, give and take roles without power, make and revoke machines' keys, end sessions."},
	{Permission: GrantPower, Allows: "Give or take a role with power, and let a person register a passkey.", TwoPersons: true, Meaning: "authorisation"},
	{Permission: Approve, Allows: "Approve or refuse what another person asked for, where one has that permission oneself.", Meaning: "approval"},
}

// Permissions is the table of permissions.
func Permissions() []Rule { return slices.Clone(permissions) }

// RuleOf is a permission's row; without one the permission is nobody's.
func RuleOf(p Permission) (Rule, bool) {
	i := slices.IndexFunc(permissions, func(r Rule) bool { return r.Permission == p })
	if i < 0 {
		return Rule{}, false
	}
	return permissions[i], true
}
