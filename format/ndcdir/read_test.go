package ndcdir

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/format/gs1"
)

const (
	productHead = "PRODUCTID\tPRODUCTNDC\tPRODUCTTYPENAME\tPROPRIETARYNAME\tPROPRIETARYNAMESUFFIX\tNONPROPRIETARYNAME\tDOSAGEFORMNAME\tROUTENAME\tSTARTMARKETINGDATE\tENDMARKETINGDATE\tMARKETINGCATEGORYNAME\tAPPLICATIONNUMBER\tLABELERNAME\tSUBSTANCENAME\tACTIVE_NUMERATOR_STRENGTH\tACTIVE_INGRED_UNIT\tPHARM_CLASSES\tDEASCHEDULE\tNDC_EXCLUDE_FLAG\tLISTING_RECORD_CERTIFIED_THROUGH\n"
	packageHead = "PRODUCTID\tPRODUCTNDC\tNDCPACKAGECODE\tPACKAGEDESCRIPTION\tSTARTMARKETINGDATE\tENDMARKETINGDATE\tNDC_EXCLUDE_FLAG\tSAMPLE_PACKAGE\n"
	tablets     = "id-1\t99991-123\tHUMAN PRESCRIPTION DRUG\tExample\tXR\texamplin\tTABLET\tORAL\t20200101\t\tNDA\tNDA1\tMaker (test)\tEXAMPLIN\t10; 5\tmg/1; mg/1\t\t\tN\t20261231\n"
	bottle      = "id-1\t99991-123\t99991-123-45\t100 TABLET in 1 BOTTLE\t20200101\t20261231\tN\tN\n"
)

func example() *Product {
	return &Product{
		NDC: "99991-123", Type: "HUMAN PRESCRIPTION DRUG", Name: "Example XR", Strength: "10 mg/1; 5 mg/1", Form: "TABLET", Labeler: "Maker (test)", Category: "NDA",
	}
}

func ndc(t testing.TB, s string) gs1.NDC {
	t.Helper()
	n, err := gs1.ParseNDC(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func all(products, packages string) (list []Package, bad []Bad, c Counts, err error) {
	c, err = Read(strings.NewReader(products), strings.NewReader(packages),
		func(p Package) error { list = append(list, p); return nil }, func(b Bad) error { bad = append(bad, b); return nil })
	return list, bad, c, err
}

func TestAPackageIsReadWithItsProduct(t *testing.T) {
	bottleOf := func(change func(p *Package)) []Package {
		p := Package{Line: 2, NDC: ndc(t, "99991-123-45"), Product: example(), Description: "100 TABLET in 1 BOTTLE", From: 18262, To: 20818}
		change(&p)
		return []Package{p}
	}
	same := func(*Package) {}
	for name, c := range map[string]struct {
		products, packages string
		want               []Package
		bad                string
	}{
		"as published":               {productHead + tablets, packageHead + bottle, bottleOf(same), ""},
		"line ends of Windows":       {"\xef\xbb\xbf" + strings.ReplaceAll(productHead+tablets, "\n", "\r\n"), strings.ReplaceAll(packageHead+bottle, "\n", "\r\n"), bottleOf(same), ""},
		"behind commas":              {strings.ReplaceAll(productHead+tablets, "\t", ","), strings.ReplaceAll(packageHead+bottle, "\t", ","), bottleOf(same), ""},
		"a quote in a name":          {productHead + strings.Replace(tablets, "Example\t", "5\" Example\t", 1), packageHead + bottle, bottleOf(func(p *Package) { p.Product.Name = `5" Example XR` }), ""},
		"quotes around a field":      {productHead + strings.Replace(tablets, "Example\t", "\"Example \"\"A\"\"\"\t", 1), packageHead + bottle, bottleOf(func(p *Package) { p.Product.Name = `Example "A" XR` }), ""},
		"Windows-1252":               {productHead + strings.Replace(tablets, "Maker (test)", "Mak\xe9r", 1), packageHead + bottle, bottleOf(func(p *Package) { p.Product.Labeler = "Makér" }), ""},
		"no proprietary name":        {productHead + strings.Replace(tablets, "Example\tXR", "\t", 1), packageHead + bottle, bottleOf(func(p *Package) { p.Product.Name = "examplin" }), ""},
		"fewer units than amounts":   {productHead + strings.Replace(tablets, "mg/1; mg/1", "mg/1", 1), packageHead + bottle, bottleOf(func(p *Package) { p.Product.Strength = "10; 5 mg/1" }), ""},
		"a product that is excluded": {productHead + strings.Replace(tablets, "\tN\t", "\tE\t", 1), packageHead + bottle, bottleOf(func(p *Package) { p.Excluded, p.Product.Excluded = true, true }), ""},
		"a package that is excluded": {productHead + tablets, packageHead + strings.Replace(bottle, "\tN\tN", "\tU\tN", 1), bottleOf(func(p *Package) { p.Excluded = true }), ""},
		"a sample":                   {productHead + tablets, packageHead + strings.Replace(bottle, "\tN\tN", "\tN\tY", 1), bottleOf(func(p *Package) { p.Sample = true }), ""},
		"a day before 1970":          {productHead + tablets, packageHead + strings.Replace(bottle, "20200101", "19000101", 1), bottleOf(func(p *Package) { p.From = 0 }), ""},
		"the year 9999":              {productHead + tablets, packageHead + strings.Replace(bottle, "20261231", "99991231", 1), bottleOf(func(p *Package) { p.To = 2932896 }), ""},
		"a day that is none":         {productHead + tablets, packageHead + strings.Replace(bottle, "20261231", "20261332", 1), nil, "package 2: the day"},
		"the last day first":         {productHead + tablets, packageHead + strings.Replace(bottle, "20261231", "20191231", 1), nil, "package 2: its last day"},
		"a code that is none":        {productHead + tablets, packageHead + strings.Replace(bottle, "99991-123-45", "99991-12345", 1), nil, "package 2: "},
		"another product's package":  {productHead + tablets, packageHead + strings.Replace(bottle, "99991-123-45", "99991-124-45", 1), nil, "package 2: the package 99991-124-45 is not of the product"},
		"a package without product":  {productHead, packageHead + bottle, nil, `package 2: the product file has no PRODUCTID "id-1"`},
		"the same product twice":     {productHead + tablets + tablets, packageHead + bottle, bottleOf(same), "product 3: PRODUCTID"},
		"a field too many":           {productHead + tablets, packageHead + "x\t" + bottle, nil, "package 2: it has 9 fields under 8 columns"},
		"a zero byte":                {productHead + tablets, packageHead + strings.Replace(bottle, "TABLET", "TAB\x00", 1), nil, "package 2: a field has a zero byte"},
		"a bare quote behind commas": {productHead + tablets, strings.ReplaceAll(packageHead+strings.Replace(bottle, "TABLET", "TAB\"", 1), "\t", ","), nil, "package 2: "},
	} {
		t.Run(name, func(t *testing.T) {
			got, bad, _, err := all(c.products, c.packages)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			told := ""
			for _, b := range bad {
				told += fmt.Sprintf("%s %d: %s\n", b.File, b.Line, b.Text)
			}
			if !strings.HasPrefix(told, c.bad) || (c.bad == "") != (told == "") {
				t.Errorf("told of bad lines:\n%swant %q", told, c.bad)
			}
		})
	}
}

func TestAFileThatIsNoDirectoryIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ products, packages, text string }{
		"an empty file":                {"", packageHead, "first line of the product file"},
		"a column that is missing":     {strings.Replace(productHead, "LABELERNAME", "LABELLER", 1), packageHead, "the product file has no column LABELERNAME"},
		"a column twice":               {productHead, strings.Replace(packageHead, "PRODUCTNDC", "PRODUCTID", 1), `has the column "PRODUCTID" twice`},
		"a page in its place":          {"<html>", packageHead, "no column PRODUCTID"},
		"a line without an end":        {productHead + strings.Repeat("x", lineBytesMax+1), packageHead, "more than"},
		"a quote that is never closed": {productHead, strings.ReplaceAll(packageHead, "\t", ",") + "\"" + strings.Repeat("x\n", lineBytesMax), "a quote may not be closed"},
		"more columns than are read":   {strings.Repeat("C\t", columnsMax+1), packageHead, "columns, more than"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, _, err := all(c.products, c.packages); !errors.Is(err, ErrFile) || !strings.Contains(err.Error(), c.text) {
				t.Errorf("the error is %v, want one with %q", err, c.text)
			}
		})
	}
}

func TestUnknownColumnsAreCounted(t *testing.T) {
	_, _, c, err := all(strings.Replace(productHead, "PHARM_CLASSES", "NEW_COLUMN", 1)+tablets, packageHead+bottle)
	if diff := cmp.Diff(Counts{Products: 1, Packages: 1, Unknown: 1}, c); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestTheCallerEndsAReading(t *testing.T) {
	stop := errors.New("stop")
	_, err := Read(strings.NewReader(productHead+tablets), strings.NewReader(packageHead+bottle), func(Package) error { return stop }, nil)
	if !errors.Is(err, stop) {
		t.Errorf("the error is %v", err)
	}
}

// archive makes a zip of files.
func archive(files ...string) (io.ReaderAt, int64) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = io.WriteString(w, files[i+1])
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return bytes.NewReader(b.Bytes()), int64(b.Len())
}

func TestTheArchiveHasBothFiles(t *testing.T) {
	many := []string{"product.txt", productHead, "package.txt", packageHead}
	for len(many) <= 2*entriesMax {
		many = append(many, fmt.Sprint(len(many)), "")
	}
	for name, c := range map[string]struct {
		files []string
		text  string
	}{
		"as published":             {[]string{"product.txt", productHead + tablets, "package.txt", packageHead + bottle}, ""},
		"in a folder, in capitals": {[]string{"ndc/PRODUCT.TXT", productHead + tablets, "ndc/Package.csv", strings.ReplaceAll(packageHead+bottle, "\t", ",")}, ""},
		"without packages":         {[]string{"product.txt", productHead}, "no package.txt"},
		"with too many files":      {many, "more than"},
	} {
		t.Run(name, func(t *testing.T) {
			file, size := archive(c.files...)
			n := 0
			_, err := ReadZip(file, size, func(Package) error { n++; return nil }, nil)
			if c.text == "" && (err != nil || n != 1) {
				t.Errorf("%d packages, error %v", n, err)
			}
			if c.text != "" && (!errors.Is(err, ErrFile) || !strings.Contains(err.Error(), c.text)) {
				t.Errorf("the error is %v, want one with %q", err, c.text)
			}
		})
	}
	if _, err := ReadZip(strings.NewReader("no zip"), 6, nil, nil); !errors.Is(err, ErrFile) {
		t.Errorf("what is no archive is answered with %v", err)
	}
	if _, err := ReadZip(strings.NewReader(""), ZipBytesMax+1, nil, nil); !errors.Is(err, ErrFile) {
		t.Errorf("an archive that is too large is answered with %v", err)
	}
}

func FuzzNDC(f *testing.F) {
	f.Add(productHead+tablets, packageHead+bottle)
	f.Add(strings.ReplaceAll(productHead+tablets, "\t", ","), strings.ReplaceAll(packageHead+bottle, "\t", ","))
	f.Fuzz(func(t *testing.T, products, packages string) {
		n := 0
		c, err := Read(strings.NewReader(products), strings.NewReader(packages), func(p Package) error {
			n++
			if p.Product == nil || p.NDC.Labeler+"-"+p.NDC.Product != p.Product.NDC || p.To != 0 && p.To < p.From {
				t.Errorf("a package contradicts itself: %+v", p)
			}
			return nil
		}, nil)
		if n != c.Packages || err != nil && !errors.Is(err, ErrFile) {
			t.Errorf("%d packages are given and %d counted, error %v", n, c.Packages, err)
		}
	})
}

func ExampleReadZip() {
	file, size := archive("product.txt", productHead+tablets, "package.txt", packageHead+bottle)
	counts, err := ReadZip(file, size, func(p Package) error {
		fmt.Println(p.NDC, p.Product.Name, p.Product.Strength)
		return nil
	}, nil)
	fmt.Println(counts.Packages, err)
	// Output:
	// 99991-123-45 Example XR 10 mg/1; 5 mg/1
	// 1 <nil>
}
