package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/dockview"
)

func dockWaitingCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "waiting [ITEM]", Short: "List what waits to be received, the longest first", Args: cobra.MaximumNArgs(1),
		Long:    "With ITEM, a scan of anything that arrived, only what holds it by its data.",
		Example: "  pedigree dock waiting\n  pedigree dock waiting '(01)10399991123452(21)500000001'",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var list dockview.Arrivals
			address := "/api/v1/arrivals"
			if len(args) > 0 {
				address += "?item=" + url.QueryEscape(args[0])
			}
			if err := n.Get(cmd.Context(), address, &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for i := range list.Rows {
					printWaiting(w, &list.Rows[i])
				}
				if list.More > 0 {
					fmt.Fprintf(w, "and %d more\n", list.More)
				}
			})
		},
	}
}

func printWaiting(w io.Writer, a *dockview.Arrival) {
	from := []string{a.Path, a.Seller}
	if a.PO != "" {
		from = append(from, "order "+a.PO)
	}
	if a.Packs > 0 {
		from = append(from, fmt.Sprintf("%d of %s found", a.Found, counted(a.Packs, "pack", "packs")))
	}
	switch {
	case a.Session != 0:
		from = append(from, fmt.Sprintf("session %d", a.Session))
	case a.Document != 0:
		from = append(from, fmt.Sprintf("document %d", a.Document))
	case !a.Delivery.IsZero():
		from = append(from, "delivery "+a.Delivery.String())
	}
	fmt.Fprintf(w, "%-10s since %s  %s\n", a.State, shortTime(a.Since), strings.Join(nonEmpty(from...), "  "))
	if a.Text != "" {
		fmt.Fprintf(w, "           %s\n", a.Text)
	}
}
