package gs1

import "testing"

func TestPathFromURN(t *testing.T) {
	for _, c := range []struct{ name, urn, path string }{
		{"a serialised pack", "urn:epc:id:sgtin:0300010.012345.1001", "/01/00300010123455/21/1001"},
		{"a case of the same product", "urn:epc:id:sgtin:0300010.112345.1001", "/01/10300010123452/21/1001"},
		{"an escaped serial", "urn:epc:id:sgtin:0300010.012345.a%2Fb%25", "/01/00300010123455/21/a%2Fb%25"},
		{"a logistic unit", "urn:epc:id:sscc:0300010.1234567890", "/00/103000102345678901"},
		{"a place without extension", "urn:epc:id:sgln:0300010.00001.0", "/414/0300010000015"},
		{"a place with extension", "urn:epc:id:sgln:0300010.00001.dock'1", "/414/0300010000015/254/dock%271"},
		{"a lot", "urn:epc:class:lgtin:0300010.012345.L1", "/01/00300010123455/10/L1"},
		{"a product class", "urn:epc:idpat:sgtin:0300010.012345.*", "/01/00300010123455"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := PathFromURN(c.urn)
			if err != nil {
				t.Fatal(err)
			}
			if got != c.path {
				t.Errorf("got %s, want %s", got, c.path)
			}
		})
	}
}
