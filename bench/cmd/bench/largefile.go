package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"pedigree/bench/hostile"
	"pedigree/bench/trading"
)

// largeSection lets two real nodes trade with a document ten times as large as that of
// the section on shipments, once, and looks at the memory of both.
func largeSection(ctx context.Context, b *bench) (list []figure, err error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	program, err := hostile.Build(ctx, dir)
	if err != nil {
		return nil, err
	}
	pair, err := trading.Found(ctx, trading.Config{Program: program, Dir: dir})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, pair.Stop()) }()
	doc, s, err := shipmentDocument(0, b.size.largeBytes)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(pair.Keys(ctx, s.Pallets), pair.ForgetPeaks()); err != nil {
		return nil, err
	}
	before, err := pair.ProcessorTime()
	if err != nil {
		return nil, err
	}
	trip, err := pair.Trip(ctx, "large.xml", bytes.NewReader(doc))
	if err != nil {
		return nil, err
	}
	after, err := pair.ProcessorTime()
	if err != nil {
		return nil, err
	}
	sender, receiver, err := pair.Peaks()
	if err != nil {
		return nil, err
	}
	b.say("%s in %s", stageList(trip.Stages), trip.Took())
	list = append(list, figure{name: "a large shipment's file, from upload to acknowledgement", got: sample{trip.Took().Seconds()}, unit: "s", note: tripNote(trip, len(doc), s)})
	for _, stage := range trip.Stages {
		list = append(list, figure{name: "of it " + stage.Name, got: sample{stage.Took.Seconds()}, unit: "s"})
	}
	return append(
		list,
		figure{name: "processor time of both nodes for a large file", got: sample{(after - before).Seconds()}, unit: "s"},
		figure{name: "most memory of the sender's node meanwhile", got: sample{megabytes(sender)}, unit: "MB", note: fmt.Sprintf("the file has %s MB; document, goods and the sealed file are held in memory while they are made", number(megabytes(int64(len(doc)))))},
		figure{name: "most memory of the receiver's node meanwhile", got: sample{megabytes(receiver)}, unit: "MB"},
	), nil
}
