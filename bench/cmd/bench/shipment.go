package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"pedigree/bench/hostile"
	"pedigree/bench/trading"
	"pedigree/format/epcis/epcistest"
)

// shipmentSeconds is how long a shipment's file may take from its upload until the
// partner's acknowledgement is there.
const shipmentSeconds = 5.0

// shipmentSection lets two real nodes trade: a document is uploaded to one, and ends
// with the goods in the other's stock.
func shipmentSection(ctx context.Context, b *bench) (list []figure, err error) {
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
	var seconds, processor sample
	stages := map[string]*sample{}
	var names []string
	note := ""
	for run := range b.size.repeats {
		doc, s, err := shipmentDocument(run, b.size.shipmentBytes)
		if err != nil {
			return nil, err
		}
		if err := pair.Keys(ctx, s.Pallets); err != nil {
			return nil, err
		}
		before, err := pair.ProcessorTime()
		if err != nil {
			return nil, err
		}
		trip, err := pair.Trip(ctx, fmt.Sprintf("shipment-%d.xml", run+1), bytes.NewReader(doc))
		if err != nil {
			return nil, err
		}
		after, err := pair.ProcessorTime()
		if err != nil {
			return nil, err
		}
		seconds.add(trip.Took().Seconds())
		processor.add((after - before).Seconds())
		for _, stage := range trip.Stages {
			if stages[stage.Name] == nil {
				stages[stage.Name] = &sample{}
				names = append(names, stage.Name)
			}
			stages[stage.Name].add(stage.Took.Seconds())
		}
		note = tripNote(trip, len(doc), s)
		b.say("%s in %s: %s", note, trip.Took().Round(time.Millisecond), stageList(trip.Stages))
	}
	list = append(list, figure{
		name: "a shipment's file, from upload to acknowledgement", got: seconds, unit: "s", goal: atMost(shipmentSeconds), note: note,
		why: "two nodes on one machine each read, check, hash and store every pack, and the receiver checks that each leads to what was committed",
	})
	for _, name := range names {
		list = append(list, figure{name: "of it " + name, got: *stages[name], unit: "s"})
	}
	return append(list, figure{name: "processor time of both nodes for it", got: processor, unit: "s"}), nil
}

// shipmentDocument is a shipment of as many whole pallets as make so many bytes.
func shipmentDocument(run, size int) ([]byte, epcistest.Shipment, error) {
	now := time.Now().UTC()
	s := epcistest.Defaults()
	s.Pallets, s.CasesPerPallet, s.PacksPerCase = 1, fullPallet.Cases, fullPallet.Packs
	s.Made, s.Shipped, s.Expiry = now.AddDate(0, -1, 0), now.Add(-time.Hour), now.AddDate(2, 0, 0).Format(time.DateOnly)
	s.FirstSerial = 1 + run*1_000_000
	s.Order, s.Delivery = fmt.Sprintf("PO-%d", run+1), fmt.Sprintf("DEL-%d", run+1)
	for {
		var doc bytes.Buffer
		if err := s.WriteXML(&doc); err != nil {
			return nil, s, err
		}
		if doc.Len() >= size {
			return doc.Bytes(), s, nil
		}
		s.Pallets = max(s.Pallets+1, s.Pallets*size/doc.Len())
	}
}

func tripNote(t trading.Trip, size int, s epcistest.Shipment) string {
	var inside []string
	for _, stage := range t.Inside {
		inside = append(inside, fmt.Sprintf("%s %s", stage.Stage, stage.Took.Round(time.Millisecond)))
	}
	return fmt.Sprintf("%s bytes of EPCIS 1.2 XML, %d pallets with %s packs, over HTTP; the first stage of the last run: %s", number(float64(size)), s.Pallets, number(float64(s.Packs())), strings.Join(inside, ", "))
}

func stageList(list []trading.Stage) string {
	var out []string
	for _, s := range list {
		out = append(out, fmt.Sprintf("%s %s", s.Name, s.Took.Round(time.Millisecond)))
	}
	return strings.Join(out, ", ")
}
