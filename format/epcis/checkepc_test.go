package epcis_test

import (
	"slices"
	"testing"

	"pedigree/format/epcis"
)

func TestEPCsOfEverySchemeAreAdmittedAndWrongOnesNamed(t *testing.T) {
	for _, c := range []struct {
		name, id string
		want     []string
	}{
		{"a general identifier", "urn:epc:id:gid:95100000.12345.400", nil},
		{"an item of a defense supplier", "urn:epc:id:usdod:2S194.12345678901", nil},
		{"an aircraft part", "urn:epc:id:adi:35962.PQ7VZ4.M37GXB92", nil},
		{"a freight container", "urn:epc:id:bic:CSQU3054383", nil},
		{"a vessel", "urn:epc:id:imovn:9176187", nil},
		{"a general class", "urn:epc:idpat:gid:95100000.12345.*", nil},
		{"a manager number beyond 28 bits", "urn:epc:id:gid:951000000.12345.400", []string{"gs1/identifier"}},
		{"a container with a wrong check digit", "urn:epc:id:bic:CSQU3054384", []string{"gs1/check-digit"}},
		{"a vessel with a wrong check digit", "urn:epc:id:imovn:9176188", []string{"gs1/check-digit"}},
		{"a pattern of more than a class", "urn:epc:idpat:gid:95100000.*.*", []string{"gs1/identifier"}},
		{"a pattern of all a company's items", "urn:epc:idpat:sgtin:0614141.*.*", []string{"gs1/identifier"}},
		{"a tag", "urn:epc:tag:sgtin-96:3.0614141.112345.400", []string{"gs1/identifier"}},
		{"a scheme that isn't one", "urn:epc:id:abc:1.2", []string{"gs1/identifier"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, events := sample(t)
			events[packs].EPCs = append(slices.Clone(events[packs].EPCs), c.id)
			if got := rules(h, events, epcis.SetGS1); !slices.Equal(got, c.want) {
				t.Errorf("found %v, want %v", got, c.want)
			}
		})
	}
}
