package gs1

import (
	"errors"
	"strings"
	"testing"
)

func TestARefusedURNShowsTheFormOfItsScheme(t *testing.T) {
	for _, c := range []struct{ name, urn, want string }{
		{"a place without extension", "urn:epc:id:sgln:0614141.00002", "urn:epc:id:sgln:COMPANYPREFIX.REFERENCE.EXTENSION, whose extension is 0"},
		{"a pack without serial", "urn:epc:id:sgtin:0614141.012345", "urn:epc:id:sgtin:COMPANYPREFIX.INDICATORANDITEM.SERIAL"},
		{"a lot without lot", "urn:epc:class:lgtin:0614141.012345", "urn:epc:class:lgtin:COMPANYPREFIX.INDICATORANDITEM.LOT"},
		{"a logistic unit without dot", "urn:epc:id:sscc:06141410000000001", "urn:epc:id:sscc:COMPANYPREFIX.EXTENSIONANDSERIAL"},
		{"a party without dot", "urn:epc:id:pgln:061414100001", "urn:epc:id:pgln:COMPANYPREFIX.REFERENCE"},
		{"a class without star", "urn:epc:idpat:sgtin:0614141.012345", "urn:epc:idpat:sgtin:COMPANYPREFIX.INDICATORANDITEM.*"},
		{"a piece without total", "urn:epc:id:itip:0614141.012345.01.7", "urn:epc:id:itip:COMPANYPREFIX.INDICATORANDITEM.PIECE.TOTAL.SERIAL"},
		{"a document without serial", "urn:epc:id:gdti:0614141.00002", "urn:epc:id:gdti:COMPANYPREFIX.REFERENCE.SERIAL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := PathFromURN(c.urn)
			var refused *Error
			if !errors.As(err, &refused) || refused.Rule != RuleURN || !strings.Contains(refused.Remedy, c.want) {
				t.Errorf("%v, want the form %s", err, c.want)
			}
		})
	}
}
