package main

import (
	"errors"
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
)

func receiveCommand(c *cli) *cobra.Command {
	var refuse []string
	var unproved, check bool
	var inbox string
	cmd := &cobra.Command{
		Use:   "receive [FILE]",
		Short: "Receive a partner's sealed shipment: check everything in it, then accept it on the ledger",
		Long: `Every tree is rebuilt and compared with the ledger, every maker's statement is
verified, the documents must be those committed to. Without FILE it lists the
shipments that partners' nodes brought; --inbox ID receives one of them. Exit code 4:
a STOP among the items; 5: something could not be told.`,
		Example: "  pedigree receive pallet.shipment\n  pedigree receive\n  pedigree receive --inbox 7c1f0e... --refuse '(01)00351234000015(21)S100=damaged'",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			query := "?" + receiveQuery(refuse, unproved, check)
			switch {
			case len(args) == 1 && inbox != "":
				return failWith(exitUsage, "", errors.New("name a file or --inbox, not both"))
			case len(args) == 1:
				return c.receiveFile(cmd, args[0], query)
			case inbox != "":
				return c.receiveInbox(cmd, inbox, query)
			}
			return c.inbox(cmd, url.Values{"state": {"waiting"}})
		},
	}
	cmd.Flags().StringArrayVar(&refuse, "refuse", nil, "item that goes back, as ITEM=reason; may be repeated")
	cmd.Flags().StringVar(&inbox, "inbox", "", "a shipment that a partner's node brought, by its id in pedigree inbox list")
	cmd.Flags().BoolVar(&unproved, "accept-unproved", false, "also take goods that are not proved to their maker")
	cmd.Flags().BoolVar(&check, "check", false, "say what would come of it and change nothing")
	return cmd
}

func (c *cli) receiveFile(cmd *cobra.Command, path, query string) error {
	body, _, err := openInput(path)
	if err != nil {
		return err
	}
	defer body.Close()
	n, err := c.node()
	if err != nil {
		return err
	}
	var r traceview.ReceiveReport
	if err := n.Upload(cmd.Context(), "/api/v1/receivings"+query, "application/octet-stream", body, &r); err != nil {
		return err
	}
	return c.received(r)
}

func (c *cli) receiveInbox(cmd *cobra.Command, id, query string) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	var r traceview.ReceiveReport
	if err := n.Post(cmd.Context(), "/api/v1/inbox/"+url.PathEscape(id)+"/receive"+query, nil, &r); err != nil {
		return err
	}
	return c.received(r)
}

func (c *cli) received(r traceview.ReceiveReport) error {
	if err := c.out.result(r, func(w io.Writer) { printReceipt(w, r) }); err != nil {
		return err
	}
	return verdictExit(r.Verdict)
}
