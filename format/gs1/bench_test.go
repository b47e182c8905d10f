package gs1

import (
	"strings"
	"testing"
)

var benchPack = "]d2010030001012345521100000000012345\x1d1727123110LOT4711"

func BenchmarkParseElementString(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseElementString(benchPack); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for _, c := range []struct{ name, input string }{
		{"ElementString", benchPack},
		{"Bracketed", "(01)00300010123455(21)100000000012345(17)271231(10)LOT4711"},
		{"DigitalLink", "https://id.example.com/01/00300010123455/10/LOT4711/21/100000000012345?17=271231"},
		{"CanonicalPath", "/01/00300010123455/21/100000000012345"},
		{"EPCURN", "urn:epc:id:sgtin:0300010.012345.100000000012345"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(c.input); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkScanPath(b *testing.B) {
	scan, err := ParseElementString(benchPack)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := scan.Path(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPathFromURN(b *testing.B) {
	for _, c := range []struct{ name, urn string }{
		{"SGTIN", "urn:epc:id:sgtin:0300010.012345.100000000012345"},
		{"SGTINEscaped", "urn:epc:id:sgtin:0300010.012345.A%2F1%25b"},
		{"SSCC", "urn:epc:id:sscc:0300010.1234567890"},
		{"SGLN", "urn:epc:id:sgln:0300010.00001.0"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := PathFromURN(c.urn); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppendPathFromURN(b *testing.B) {
	b.ReportAllocs()
	dst := make([]byte, 0, 128)
	for b.Loop() {
		if _, err := AppendPathFromURN(dst[:0], "urn:epc:id:sgtin:0300010.012345.100000000012345"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkURNFromPath(b *testing.B) {
	table, err := NewPrefixTable([]string{"0300010"})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := URNFromPath("/01/00300010123455/21/100000000012345", table); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPrefixMatches(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if !PrefixMatches("0300010", "/01/00300010123455/21/100000000012345") {
			b.Fatal("doesn't match")
		}
	}
}

func BenchmarkReadPrefixList(b *testing.B) {
	const entries = 100_000
	var asJSON, asXML strings.Builder
	for i := range entries {
		prefix, comma := zeroPadded(uint64(300000+i), 7), ","
		if i == entries-1 {
			comma = ""
		}
		asJSON.WriteString(`{"prefix":"` + prefix + `","gcpLength":7}` + comma)
		asXML.WriteString(`<entry prefix="` + prefix + `" gcpLength="7"/>`)
	}
	for _, c := range []struct{ name, text string }{{"JSON", entryJSON(asJSON.String())}, {"XML", entryXML(asXML.String())}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(c.text)))
			for b.Loop() {
				if _, err := ReadPrefixList(strings.NewReader(c.text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkPrefixListLength(b *testing.B) {
	list := &PrefixList{}
	for i := range 1_000_000 {
		if err := list.add(zeroPadded(uint64(i), 7), 7); err != nil {
			b.Fatal(err)
		}
	}
	if err := list.finish(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if n, ok := list.PrefixLength("030001012345"); !ok || n != 7 {
			b.Fatal("isn't found")
		}
	}
}

func BenchmarkPatternMatches(b *testing.B) {
	p, err := ParsePattern("urn:epc:idpat:sgtin:0300010.*.*")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if !p.Matches("urn:epc:id:sgtin:0300010.012345.100000000012345") {
			b.Fatal("doesn't match")
		}
	}
}
