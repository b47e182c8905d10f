package main

import (
	"context"
	"errors"

	"pedigree/domain/trace/traceview"
	"pedigree/internal/courier"
	"pedigree/proof"
)

// postDeparture queues the data of goods that leave the network by the buyer's route. A
// route that is missing, or doesn't take the data as it is, is told and no failure.
func (p *deskParts) postDeparture(ctx context.Context, departure proof.Hash, anyway bool) (traceview.Posted, error) {
	out, err := (&office{desk: p}).sendShipment(ctx, departure.String(), "", Sending{Anyway: anyway})
	var refused sendingRefusal
	if errors.As(err, &refused) || errors.Is(err, courier.ErrRefused) {
		return traceview.Posted{Unsent: err.Error()}, nil
	}
	if err != nil {
		return traceview.Posted{}, err
	}
	return traceview.Posted{Parcel: out.Parcel.Number, Way: out.Parcel.Way, State: out.Parcel.State}, nil
}

// withdrawDeparture gives up what of a departure's data nobody sent yet.
func (p *deskParts) withdrawDeparture(ctx context.Context, departure proof.Hash) (bool, error) {
	return p.ways.Withdraw(ctx, departure[:], "the departure was called off")
}
