package main

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/catalogview"
)

func productLoadCommand(c *cli) *cobra.Command {
	var name, asOf string
	cmd := &cobra.Command{
		Use: "load KIND FILE [PACKAGES]", Short: "Load a file of products: a CSV, or the National Drug Code directory", Args: cobra.RangeArgs(2, 3),
		Long: `KIND is own for a CSV of one's own products, list for somebody else's, or
ndc-directory for the FDA's directory: its archive, or its files product.txt and
package.txt. docs/guide/catalogue.md has the columns. The same file is loaded once.`,
		Example: "  pedigree product load own products.csv\n  pedigree product load ndc-directory product.txt package.txt --as-of 2026-03-05",
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := openProducts(args)
			if err != nil {
				return err
			}
			defer file.Close()
			n, err := c.node()
			if err != nil {
				return err
			}
			var l catalogview.Load
			q := url.Values{"kind": {args[0]}, "name": {name}, "as_of": {asOf}}
			if err := n.Upload(cmd.Context(), productsPath+"/loads?"+q.Encode(), "application/octet-stream", file, &l); err != nil {
				return err
			}
			return c.out.result(l, func(w io.Writer) { printLoad(w, l) })
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "name of a list")
	cmd.Flags().StringVar(&asOf, "as-of", "", "day that the file is of, such as 2026-03-05 (default: today)")
	return cmd
}

// openProducts opens a file of products, or the two of the directory as the archive that
// they are published in.
func openProducts(args []string) (io.ReadCloser, error) {
	if len(args) == 2 {
		file, _, err := openInput(args[1])
		return file, err
	}
	if args[0] != catalogview.KindNDC {
		return nil, failWith(exitUsage, "", fmt.Errorf("a file of the kind %s is one file", args[0]))
	}
	products, _, err := openInput(args[1])
	if err != nil {
		return nil, err
	}
	packages, _, err := openInput(args[2])
	if err != nil {
		return nil, errors.Join(err, products.Close())
	}
	out, in := io.Pipe()
	go func() {
		z := zip.NewWriter(in)
		err := errors.Join(putFile(z, "product.txt", products), putFile(z, "package.txt", packages), z.Close(), products.Close(), packages.Close())
		_ = in.CloseWithError(err) // a nil one is the end of the file
	}()
	return out, nil
}

func putFile(z *zip.Writer, name string, file io.Reader) error {
	w, err := z.Create(name)
	if err == nil {
		_, err = io.Copy(w, file)
	}
	return err
}

func printLoad(w io.Writer, l catalogview.Load) {
	again := ""
	if l.Again {
		again = ", loaded before"
	}
	source := l.Source.Kind
	if l.Source.Who != "" {
		source += " " + l.Source.Who
	}
	fmt.Fprintf(w, "%4d  %-24s as of %s  %s, %d of them new or changed, %s unreadable%s\n", l.ID, source, l.Source.AsOf.Format("2006-01-02"), counted(int(l.Rows), "product", "products"), l.Changed, counted(int(l.Bad), "line", "lines"), again)
	for _, b := range l.Lines {
		fmt.Fprintf(w, "      %s line %d: %s\n", b.File, b.Line, b.Text)
	}
}

func productFilesCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "files", Short: "List the files of products that were loaded", Args: cobra.NoArgs,
		Example: "  pedigree product files",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			list := []catalogview.Load{}
			if err := n.Get(cmd.Context(), productsPath+"/loads", &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, l := range list {
					printLoad(w, l)
				}
			})
		},
	}
}
