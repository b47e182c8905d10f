package catalogview

import (
	"archive/zip"
	"bytes"
	"database/sql"
	"fmt"
	"testing"
)

// BenchmarkDirectory loads a directory of 300 000 packages made by rule, once, and then
// asks for one product after the other.
func BenchmarkDirectory(b *testing.B) {
	const labelers, products, packages = 300, 100, 10
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	p, err := z.Create("product.txt")
	if err != nil {
		b.Fatal(err)
	}
	fmt.Fprint(p, productHead)
	for l := range labelers {
		for n := range products {
			fmt.Fprintf(p, "id-%d-%d\t%05d-%03d\tHUMAN PRESCRIPTION DRUG\tExample %d\t\tsamplin\tTABLET\tMaker %d (test)\t10\tmg/1\tN\n", l, n, 70000+l, n, n, l)
		}
	}
	if p, err = z.Create("package.txt"); err != nil {
		b.Fatal(err)
	}
	fmt.Fprint(p, packageHead)
	for l := range labelers {
		for n := range products {
			for k := range packages {
				fmt.Fprintf(p, "id-%d-%d\t%05d-%03d-%02d\t%d TABLET in 1 BOTTLE\t20200101\t\tN\n", l, n, 70000+l, n, k, 10*k)
			}
		}
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	w := newWorld(b)
	if l := w.load(KindNDC, "", "", &file); l.Rows != labelers*products*packages || l.Bad != 0 {
		b.Fatal(counts(l))
	}
	n := 0
	for b.Loop() {
		n++
		ndc := fmt.Sprintf("%05d-%03d-%02d", 70000+n%labelers, n%products, n%packages)
		err := w.vault.View(b.Context(), func(tx *sql.Tx) error {
			gtin, err := w.GTINOf(tx, ndc)
			if err != nil {
				return err
			}
			f, known, err := w.Product(tx, gtin, w.now)
			if !known || f.NDC != ndc {
				b.Fatalf("%s is %+v", ndc, f)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
