package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/spf13/cobra"

	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/internal/courier"
	"pedigree/ledger"
)

const waysTestPath = "/api/v1/ways/test"

// wayTried says along which way to look: an inlet or outlet, or a partner's route.
type wayTried struct {
	Name    string `json:"name,omitempty" maxLength:"64" doc:"An inlet or outlet, as the configuration names it"`
	Partner string `json:"partner,omitempty" maxLength:"255" doc:"Of a route: organisation, GLN, or number in the address book"`
	Purpose string `json:"purpose,omitempty" enum:"ti,exceptions" doc:"Of a route; ti without it"`
}

// addWaysTest registers the look along ways.
func addWaysTest(s *api.Server) {
	type tryIn struct{ Body wayTried }
	type tryOut struct{ Body courier.Trial }
	try := huma.Operation{Method: http.MethodPost, Path: waysTestPath, OperationID: "test-way", Summary: "Look along a way, step by step; nothing is taken or sent", MaxBodyBytes: api.BodyBytesDefault}
	huma.Register(s.API, api.Guarded(try, auth.Send), func(ctx context.Context, in *tryIn) (*tryOut, error) {
		t, err := officeOf(ctx).tryWay(ctx, in.Body)
		return &tryOut{t}, api.Refuse(waysRefusal(err))
	})
}

func (o *office) tryWay(ctx context.Context, w wayTried) (courier.Trial, error) {
	if (w.Name == "") == (w.Partner == "") {
		return courier.Trial{}, cannotSend(ledger.Invalid, "refused", "name either an inlet or outlet, or a partner whose route is looked along")
	}
	if w.Name != "" {
		return o.desk.ways.Try(ctx, w.Name)
	}
	purpose := cmp.Or(w.Purpose, "ti")
	p, r, err := o.routeTo(ctx, w.Partner, purpose)
	if err != nil {
		return courier.Trial{}, err
	}
	name := fmt.Sprintf("route of partner %d for %s", p.ID, purpose)
	return o.desk.ways.TryRoute(ctx, name, courier.Posting{Partner: bookName(p), Way: r.Way, Address: r.Address, Credential: r.Credential, Format: string(r.Format)}), nil
}

func waysTestCommand(c *cli) *cobra.Command {
	var w wayTried
	cmd := &cobra.Command{
		Use: "test [NAME]", Short: "Look along a way step by step, and say what works; nothing is taken or sent", Args: cobra.MaximumNArgs(1),
		Long: `NAME is an inlet or an outlet of pedigree.yaml; --partner looks along a partner's
route of the address book. The node finds the host, connects, logs in and looks at
the folder or interface. What shows only with the first document is said to be so.
Exit code 4: something doesn't work.`,
		Example: "  pedigree ways test from-wholesaler\n  pedigree ways test --partner 3\n  pedigree ways test --partner 3 --purpose exceptions",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				w.Name = args[0]
			}
			if (w.Name == "") == (w.Partner == "") {
				return failWith(exitUsage, "", errors.New("name either an inlet or outlet, or a partner with --partner"))
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			var t courier.Trial
			if err := n.Post(cmd.Context(), waysTestPath, w, &t); err != nil {
				return err
			}
			if err := c.out.result(t, func(out io.Writer) { printTrial(out, t) }); err != nil || t.Works {
				return err
			}
			return &quietExit{exitNo}
		},
	}
	cmd.Flags().StringVar(&w.Partner, "partner", "", "organisation, GLN, or number in the address book, whose route is looked along")
	cmd.Flags().StringVar(&w.Purpose, "purpose", "", "of the route: ti (the default) or exceptions")
	return cmd
}

func printTrial(w io.Writer, t courier.Trial) {
	fmt.Fprintf(w, "%s: %s %s\n", t.Name, t.Way, t.Place)
	for _, s := range t.Steps {
		fmt.Fprintf(w, "  %-13s %-7s %s\n", s.Name, s.Word, s.Text)
		if s.Next != "" {
			fmt.Fprintf(w, "%23s next: %s\n", "", s.Next)
		}
	}
}
