// Package trading lets two companies trade as the programs they are: a maker and a
// wholesaler, each with its node, its HTTP interface and its mailbox.
//
// What it keeps true: nothing is reached but by HTTP and the command line, as
// operators and their other programs do; keys and documents are made before the
// clock runs; a trip that ends otherwise than with all goods received and
// acknowledged is an error, and no figure.
//
// Companies and numbers are made up; the wholesaler's prefix is GS1's own for
// examples.
//
//	pair, err := trading.Found(ctx, trading.Config{Program: "bin/pedigree", Dir: dir})
//	trip, err := pair.Trip(ctx, shipment)
//	fmt.Println(trip.Took(), trip.Stages)
package trading
