package auth

import (
	"fmt"
	"slices"
	"strings"
)

// Role names a set of permissions, as people in the trade have them.
type Role string

// The roles.
const (
	Admin         Role = "admin"
	Signer        Role = "signer"
	Governance    Role = "governance"
	Pharmacist    Role = "pharmacist"
	Clerk         Role = "clerk"
	Serialization Role = "serialization"
	Auditor       Role = "auditor"
	Regulator     Role = "regulator"
	Operator      Role = "operator"
	Depositor     Role = "depositor"
)

// RoleRule is one row of the table of roles.
type RoleRule struct {
	Role        Role         `json:"role" doc:"The role's name"`
	Who         string       `json:"who" doc:"Whom it is meant for"`
	Permissions []Permission `json:"permissions" doc:"What it allows"`
	Power       bool         `json:"power" doc:"It has power over principals, keys or the network: a person's only, and given by two"`
}

// roles is the table, in the order in which it is shown. Each role also has
// OwnSession.
var roles = []RoleRule{
	{Admin, "Administrator of the organisation: who may do what", []Permission{ManagePeople, GrantPower, AllowBackup, Approve, ReadAudit, ReadLedger, Export, Erase}, true},
	{Signer, "Signs the organisation's acts and changes its keys", []Permission{Act, Keys, Approve, Submit, ReadLedger, ReadProofs}, true},
	{Governance, "Proposes and votes for the organisation in the council", []Permission{Govern, Approve, ReadLedger, ReadProofs}, true},
	{Pharmacist, "Receives and dispenses", []Permission{Receive, Return, Dispense, Hold, SettleExceptions, KeepPartners, KeepCatalogue, Send, IssueKeys, ReadGoods, ReadLedger, ReadProofs}, false},
	{Clerk, "Ships and receives in a warehouse", []Permission{Ship, Return, Receive, SettleExceptions, Send, IssueKeys, ReadGoods, ReadLedger}, false},
	{Serialization, "Manager of serialisation: takes in the lines' events", []Permission{Capture, Ship, Return, Hold, SettleExceptions, KeepPartners, KeepCatalogue, Send, IssueKeys, ReadGoods, ReadLedger, ReadProofs}, false},
	{Auditor, "Reads, and takes proofs and the audit trail out", []Permission{ReadGoods, ReadLedger, ReadProofs, ReadAudit}, false},
	{Regulator, "An authority that the organisation lets read", []Permission{ReadGoods, ReadLedger, ReadProofs}, false},
	{Depositor, "A partner's program, which leaves files at one inlet", []Permission{Deposit}, false},
	{Operator, "Runs the node; sees no business data", []Permission{Watch, Backup, ReadLedger}, false},
}

// Roles is the table of roles.
func Roles() []RoleRule {
	list := slices.Clone(roles)
	for i := range list {
		list[i].Permissions = slices.Clone(list[i].Permissions)
	}
	return list
}

// RuleOfRole is a role's row.
func RuleOfRole(r Role) (RoleRule, bool) {
	i := slices.IndexFunc(roles, func(row RoleRule) bool { return row.Role == r })
	if i < 0 {
		return RoleRule{}, false
	}
	return roles[i], true
}

// ParseRole reads a role's name.
func ParseRole(name string) (Role, error) {
	if _, ok := RuleOfRole(Role(name)); ok {
		return Role(name), nil
	}
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r.Role)
	}
	return "", fmt.Errorf("there is no role %q; the roles are %s", name, strings.Join(names, ", "))
}
