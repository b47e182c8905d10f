package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"pedigree/client"
	"pedigree/domain/trace/catalogview"
)

func productLoadCommand(c *cli) *cobra.Command {
	var name, asOf string
	var async bool
	cmd := &cobra.Command{
		Use: "load KIND FILE [PACKAGES]", Short: "Load a file of products: a CSV, or the National Drug Code directory", Args: cobra.RangeArgs(2, 3),
		Long: `KIND is own for a CSV of one's own products, list for somebody else's, or
ndc-directory for the FDA's directory: its archive, or its files product.txt and
package.txt. docs/guide/catalogue.md has the columns. The same file is loaded once.
The node works on when this command ends; pedigree job cancel stops it, and the same
file again goes on.`,
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
			var l catalogview.Loading
			q := url.Values{"kind": {args[0]}, "name": {name}, "as_of": {asOf}}
			if err := n.Upload(cmd.Context(), productsPath+"/loads?"+q.Encode(), "application/octet-stream", file, &l); err != nil {
				return err
			}
			if async && l.State == "running" {
				return c.out.result(l, func(w io.Writer) {
					fmt.Fprintf(w, "job %d loads it; next: pedigree job show %d\n", l.Job, l.Job)
				})
			}
			if l, err = c.loadEnded(cmd.Context(), n, l); err != nil {
				return err
			}
			return c.out.result(l.Load, func(w io.Writer) { printLoad(w, l.Load) })
		},
	}
	cmd.Flags().BoolVar(&async, "async", false, "don't wait until it is done")
	cmd.Flags().StringVar(&name, "name", "", "name of a list")
	cmd.Flags().StringVar(&asOf, "as-of", "", "day that the file is of, such as 2026-03-05 (default: today)")
	return cmd
}

// loadEnded waits until a file of products is loaded.
func (c *cli) loadEnded(ctx context.Context, n *client.Client, l catalogview.Loading) (catalogview.Loading, error) {
	told := time.Now()
	for l.State == "running" {
		select {
		case <-ctx.Done():
			return l, fmt.Errorf("job %d goes on without this command (pedigree job show %d; to stop it: pedigree job cancel %d): %w", l.Job, l.Job, l.Job, ctx.Err())
		case <-time.After(migrationAsked):
		}
		if err := n.Get(ctx, productsPath+"/loads/"+strconv.FormatInt(l.Job, 10), &l); err != nil {
			return l, err
		}
		if time.Since(told) > 5*time.Second {
			told = time.Now()
			c.out.say("%d of %s", l.Done, counted(l.Of, "product", "products"))
		}
	}
	switch l.State {
	case "failed":
		return l, failWith(exitFailed, "give the file again: it goes on where it stopped", fmt.Errorf("couldn't load it: %s", l.Error))
	case "paused":
		return l, failWith(exitFailed, "give the file again: it goes on where it stopped", fmt.Errorf("job %d was paused after %d of %s", l.Job, l.Done, counted(l.Of, "product", "products")))
	}
	return l, nil
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
