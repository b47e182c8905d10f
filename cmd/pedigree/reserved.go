package main

import (
	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
)

// reservedFlags let an act take goods that an order has reserved.
func reservedFlags(cmd *cobra.Command, of *traceview.Reserved) {
	cmd.Flags().StringVar(&of.Pick, "pick", "", "number of the pick for whose order this is: what it reserves may be taken")
	cmd.Flags().BoolVar(&of.ReleaseReservation, "release-reservation", false, "take also what another order has reserved, which loses it by that")
}
