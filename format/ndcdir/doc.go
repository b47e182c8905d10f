// Package ndcdir reads the National Drug Code directory as the FDA publishes it: a
// file of products and a file of their packages, joined by PRODUCTID.
//
// What it keeps true:
//
//   - Columns are found by the names in the first line. One that is needed and isn't
//     there is refused by its name; one that isn't known is left out and counted.
//   - A package is what the directory lists: the outermost one. What is inside it
//     stands in its description as words, and nothing is made of them.
//   - A package without its product, or with a code or a day that can't be read, is
//     reported with its line and left out; the others are read.
//   - Rows that the FDA has excluded (NDC_EXCLUDE_FLAG) are read and marked.
//   - Memory depends on the number of products, at most ProductsMax.
//
// Layout: fda.gov, "NDC Product File Definitions" and "NDC Package File Definitions".
// Codes: 21 CFR 207.33.
//
//	counts, err := ndcdir.ReadZip(file, size, func(p ndcdir.Package) error {
//		fmt.Println(p.NDC, p.Product.Name)
//		return nil
//	}, nil)
package ndcdir
