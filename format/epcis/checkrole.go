package epcis

import (
	"fmt"
	"strings"
)

// checkUnits compares the units of sensor reports with the properties they are
// said to measure.
func (c *Checker) checkUnits(e *Event) {
	for i := range e.Sensors {
		for _, r := range e.Sensors[i].Reports {
			uom, ok := r.Get("uom")
			property, _ := r.Get("type")
			if !ok {
				continue
			}
			if !isUnit(uom) {
				c.report(SetCBV, Warning, "cbv/unit", uom, fmt.Sprintf("uom %.20q isn't a code of UN/CEFACT Recommendation 20", uom), "use a code such as CEL or KGM")
				continue
			}
			unit, kind := quantityOf(uom, false), quantityOf(strings.TrimPrefix(property, draftPrefix), true)
			if unit >= 0 && kind >= 0 && unit != kind {
				c.report(SetCBV, Warning, "cbv/unit-mismatch", uom, fmt.Sprintf("uom %s isn't a unit of %.40s", uom, property), "correct the unit or the type")
			}
		}
	}
}

// isUnit tells the form of a UN/CEFACT common code.
func isUnit(s string) bool {
	if len(s) < 2 || len(s) > 3 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if (s[i] < '0' || s[i] > '9') && (s[i] < 'A' || s[i] > 'Z') {
			return false
		}
	}
	return true
}

// The keys of the Digital Link form that a place, a party and a business
// document may have (CBV 2.0 section 8): SGLN; PGLN or SGLN, as documents of
// EPCIS 1.2 have it; GDTI, GINC, GSIN or GSRN.
var (
	placeKeys    = []string{"/414/"}
	partyKeys    = []string{"/417/", "/414/"}
	documentKeys = []string{"/253/", "/401/", "/402/", "/8018/", "/8017/"}
)

// checkRoles reports GS1 identifiers of another kind than their place asks for.
// Identifiers that aren't GS1's are not judged.
func (c *Checker) checkRoles(e *Event) {
	c.checkRole("readPoint", e.ReadPoint.ID, placeKeys, "an SGLN")
	c.checkRole("bizLocation", e.BizLocation.ID, placeKeys, "an SGLN")
	for i, p := range [...][]Party{e.Sources, e.Destinations} {
		name := [...]string{"source", "destination"}[i]
		for _, party := range p {
			if party.Type == "location" {
				c.checkRole(name+" of type location", party.ID, placeKeys, "an SGLN")
			} else if isBare(party.Type) {
				c.checkRole(name+" of type "+party.Type, party.ID, partyKeys, "a PGLN or SGLN")
			}
		}
	}
	for _, t := range e.BizTransactions {
		c.checkRole("bizTransaction", t.ID, documentKeys, "a GDTI, a GINC, a GSIN or a GSRN")
	}
}

func (c *Checker) checkRole(field, id string, keys []string, want string) {
	if id == "" {
		return
	}
	path, kind, err := c.keys.key(id)
	if err != nil || kind == kindUnusable || len(path) == 0 || path[0] != '/' {
		return
	}
	for _, key := range keys {
		if len(path) > len(key) && string(path[:len(key)]) == key {
			return
		}
	}
	c.report(SetCBV, Warning, "cbv/identifier-kind", id, fmt.Sprintf("%s is %.80q, which isn't %s", field, id, want), "use the identifier of the place, party or document itself")
}
