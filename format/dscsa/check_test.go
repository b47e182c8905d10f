package dscsa_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pedigree/format/dscsa"
	"pedigree/format/epcis/epcistest"
)

func TestACheckSaysWhatItHoldsUp(t *testing.T) {
	var whole bytes.Buffer
	if err := (epcistest.Shipment{}).WriteXML(&whole); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ old, text, blocks string }{
		"nothing":       {"LOT-7A", "LOT-7C", dscsa.BlocksNothing},
		"only the data": {"affirmTransactionStatement>true", "affirmTransactionStatement>false", dscsa.BlocksData},
		"the goods":     {"LOT-7A", "LOT 7A too long to be one", dscsa.BlocksGoods},
		"all of it":     {"</EPCISBody>", "", dscsa.BlocksGoods},
	} {
		t.Run(name, func(t *testing.T) {
			doc := strings.ReplaceAll(whole.String(), test.old, test.text)
			c, err := dscsa.Check(strings.NewReader(doc), dscsa.ReadOptions{File: "a.xml", Now: now})
			if err != nil || c.Blocks != test.blocks || (len(c.Found) == 0) != (test.blocks == dscsa.BlocksNothing) {
				t.Errorf("%s, want %s: %+v, %v", c.Blocks, test.blocks, c.Found, err)
			}
			for _, f := range c.Found {
				if f.Fix.Do == "" {
					t.Errorf("%v has no remedy", f.Finding)
				}
			}
		})
	}
	t.Run("its size is worth knowing", func(t *testing.T) {
		c, err := dscsa.Check(io.MultiReader(&whole, strings.NewReader(strings.Repeat("<!--"+strings.Repeat("a", 60_000)+"-->", dscsa.PartnerBytes/60_000+1))), dscsa.ReadOptions{Now: now})
		if err != nil || c.Blocks != dscsa.BlocksNothing || len(c.Found) != 1 || c.Found[0].Rule != dscsa.RuleSize {
			t.Errorf("%+v, %v", c, err)
		}
	})
	t.Run("a source that fails is no fault of the document", func(t *testing.T) {
		broken := errors.New("broken")
		if _, err := dscsa.Check(iotest.ErrReader(broken), dscsa.ReadOptions{}); !errors.Is(err, broken) {
			t.Errorf("%v", err)
		}
	})
}
