package epcis_test

import (
	"fmt"
	"os"
	"strings"

	"pedigree/format/epcis"
)

func ExampleCompare() {
	sent, err := os.ReadFile("testdata/shipment.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	received := strings.Replace(string(sent), "LOT-7A", "LOT-7B", 1)
	c, err := epcis.Compare(
		epcis.Source{In: strings.NewReader(string(sent)), Options: epcis.Options{File: "sent.xml"}},
		epcis.Source{In: strings.NewReader(received), Options: epcis.Options{File: "received.xml"}},
		epcis.CompareOptions{},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Equal, c.Same, c.Differ)
	for _, pair := range c.Pairs {
		for _, d := range pair.Differences {
			fmt.Println(pair.A.Where.Line, pair.B.Where.Line, d.Field, d.A, d.B)
		}
	}
	// Output:
	// false 2 1
	// 61 61 ilmd/lotNumber [LOT-7A] [LOT-7B]
}
