package proof

import "fmt"

// Limits of a member's entry in the state.
const (
	OrgIDMax          = 32 // bytes of an organisation id: lower-case letters, digits, hyphens
	OrgNameMax        = 120
	MemberKeysMax     = 32
	MemberPrefixesMax = 64
	MemberLicencesMax = 64
	MemberIDsMax      = 32
	PrefixDigitsMax   = 12 // GS1 company prefix: 4 to 12 digits
	LicenceTextMax    = 40
	IdentifierMax     = 20
)

// Standing of a member.
const (
	MemberActive    = 1
	MemberSuspended = 2
	MemberRemoved   = 3
)

// Roles of a member; a member may have several.
const (
	RoleManufacturer = 1 << iota
	RoleRepackager
	RoleWholesaler
	RoleThirdPartyLogistics
	RoleDispenser
	RoleProvider
	RolePayer
	RoleRegulator
	RoleBoard
	RoleAuditor
	rolesEnd
)

// RolesMax is the greatest value of a set of roles.
const RolesMax = rolesEnd - 1

// Kinds of identifier that a member may carry.
const (
	IdentGLN = 1 // GS1 Global Location Number, 13 digits
	IdentNPI = 2 // US National Provider Identifier, 10 digits
	IdentDEA = 3 // US DEA registration number
)

// Member is the value under MemberKey(org).
type Member struct {
	Name     string // legal name
	Standing uint64
	Roles    uint64
	Admitted uint64 // height of admission
	IDs      []Identifier
	Keys     []MemberKeyEntry
	Prefixes []MemberPrefix
	Licences []Licence
}

// Identifier is one registered number of a member.
type Identifier struct {
	Kind  uint64
	Value string
}

// MemberKeyEntry is one signing key over its life. Heights are block heights;
// zero means "not".
type MemberKeyEntry struct {
	ID          uint64 // counts from 1 within the member
	Key         Key
	From        uint64 // first height at which it is valid
	To          uint64 // first height at which it is retired
	Compromised uint64 // first height at which it is known to be in other hands
}

// ValidAt reports whether the key could sign for its member at a height.
func (k MemberKeyEntry) ValidAt(height uint64) bool {
	return k.HeldAt(height) && (k.Compromised == 0 || height < k.Compromised)
}

// HeldAt reports whether the key was in use at a height, in whosever hands.
func (k MemberKeyEntry) HeldAt(height uint64) bool {
	return k.From <= height && (k.To == 0 || height < k.To)
}

// MemberPrefix is a GS1 company prefix, or a longer number under another
// member's prefix that was delegated for a time.
type MemberPrefix struct {
	Prefix string // digits
	From   uint64 // first height at which it counts
	To     uint64 // first height at which it no longer does, or 0
	Owner  string // the delegating organisation; empty when the prefix is the member's own
}

// Licence is one licence as it was recorded. Days are days since 1970-01-01 UTC.
type Licence struct {
	Role     uint64 // the one role it covers
	Place    string // issuing place, ISO 3166-2, such as US-CA, or US for a federal registration
	Number   string
	FromDay  uint64 // first day of effect
	ToDay    uint64 // last day of effect
	Recorded uint64 // height at which it was recorded
	Revoked  uint64 // first day on which it no longer holds, or 0
	By       string // organisation that recorded it
}

// HoldsOn reports whether the licence is in effect on a day.
func (l Licence) HoldsOn(day uint64) bool {
	return l.FromDay <= day && day <= l.ToDay && (l.Revoked == 0 || day < l.Revoked)
}

// KeyAt returns the key with an id if it was valid at a height.
func (m Member) KeyAt(id, height uint64) (Key, bool) {
	k, ok := m.Key(id)
	if !ok || !k.ValidAt(height) {
		return Key{}, false
	}
	return k.Key, true
}

// Key finds a key by its id.
func (m Member) Key(id uint64) (MemberKeyEntry, bool) {
	for _, k := range m.Keys {
		if k.ID == id {
			return k, true
		}
	}
	return MemberKeyEntry{}, false
}

// LicensedOn reports whether the member held a licence for one of the roles on a
// day, among those recorded by a height.
func (m Member) LicensedOn(roles, day, height uint64) bool {
	for _, l := range m.Licences {
		if l.Role&roles != 0 && l.Recorded <= height && l.HoldsOn(day) {
			return true
		}
	}
	return false
}

// OwnsPrefix reports whether digits (a GTIN without indicator and check digit, or
// the like) begin with a prefix that was the member's at a height.
func (m Member) OwnsPrefix(digits string, height uint64) bool {
	for _, p := range m.Prefixes {
		if len(p.Prefix) <= len(digits) && digits[:len(p.Prefix)] == p.Prefix && p.From <= height && (p.To == 0 || height < p.To) {
			return true
		}
	}
	return false
}

// Encode returns [name, standing, roles, admitted, ids, keys, prefixes, licences].
func (m Member) Encode() []byte {
	b := AppendArray(make([]byte, 0, 512), 8)
	b = AppendText(b, m.Name)
	b = AppendUint(AppendUint(AppendUint(b, m.Standing), m.Roles), m.Admitted)
	b = AppendArray(b, len(m.IDs))
	for _, id := range m.IDs {
		b = AppendText(AppendUint(AppendArray(b, 2), id.Kind), id.Value)
	}
	b = AppendArray(b, len(m.Keys))
	for _, k := range m.Keys {
		b = AppendBytes(AppendUint(AppendArray(b, 5), k.ID), k.Key[:])
		b = AppendUint(AppendUint(AppendUint(b, k.From), k.To), k.Compromised)
	}
	b = AppendArray(b, len(m.Prefixes))
	for _, p := range m.Prefixes {
		b = AppendUint(AppendUint(AppendText(AppendArray(b, 4), p.Prefix), p.From), p.To)
		b = AppendText(b, p.Owner)
	}
	b = AppendArray(b, len(m.Licences))
	for _, l := range m.Licences {
		b = AppendText(AppendText(AppendUint(AppendArray(b, 8), l.Role), l.Place), l.Number)
		for _, n := range []uint64{l.FromDay, l.ToDay, l.Recorded, l.Revoked} {
			b = AppendUint(b, n)
		}
		b = AppendText(b, l.By)
	}
	return b
}

// DecodeMember reads what Encode wrote.
func DecodeMember(b []byte) (Member, error) {
	r := NewReader(b)
	r.ArrayOf(8)
	m := Member{Name: r.Text(OrgNameMax), Standing: r.UintMax(MemberRemoved), Roles: r.UintMax(RolesMax), Admitted: r.Uint()}
	for n := r.Array(MemberIDsMax); n > 0; n-- {
		r.ArrayOf(2)
		m.IDs = append(m.IDs, Identifier{Kind: r.UintMax(IdentDEA), Value: r.Text(IdentifierMax)})
	}
	for n := r.Array(MemberKeysMax); n > 0; n-- {
		r.ArrayOf(5)
		m.Keys = append(m.Keys, MemberKeyEntry{ID: r.Uint(), Key: r.Key(), From: r.Uint(), To: r.Uint(), Compromised: r.Uint()})
	}
	for n := r.Array(MemberPrefixesMax); n > 0; n-- {
		r.ArrayOf(4)
		m.Prefixes = append(m.Prefixes, MemberPrefix{Prefix: r.Text(PrefixDigitsMax + 2), From: r.Uint(), To: r.Uint(), Owner: r.Text(OrgIDMax)})
	}
	for n := r.Array(MemberLicencesMax); n > 0; n-- {
		r.ArrayOf(8)
		m.Licences = append(m.Licences, Licence{
			Role: r.UintMax(RolesMax), Place: r.Text(LicenceTextMax), Number: r.Text(LicenceTextMax),
			FromDay: r.Uint(), ToDay: r.Uint(), Recorded: r.Uint(), Revoked: r.Uint(), By: r.Text(OrgIDMax),
		})
	}
	if err := r.Done(); err != nil {
		return Member{}, fmt.Errorf("couldn't read a member: %w", err)
	}
	return m, nil
}
