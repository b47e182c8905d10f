package faultcorpus

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pedigree/format/epcis"
)

var packKinds = []kind{
	{id: "not-commissioned", spoil: func(d *document, _ int) string { return d.forget(d.pack()) }},
	{id: "case-not-commissioned", spoil: func(d *document, _ int) string { return d.forget(d.firstCase()) }},
	{id: "wrong-serial-in-case", spoil: func(d *document, _ int) string {
		e := d.packed("1")[0]
		e.Children[0] = serial(e.Children[0], func(string) string { return "T900001" })
		return e.Children[0]
	}},
	{id: "commissioned-twice", spoil: func(d *document, _ int) string {
		id := d.again(keep, keep)
		d.step("commissioning")[1].EventTime = d.step("commissioning")[0].EventTime.Add(time.Hour)
		return id
	}},
	{id: "packed-before-commissioned", spoil: func(d *document, _ int) string {
		e, made := d.packed("1")[0], d.step("commissioning")[0]
		d.drop(e)
		d.events = slices.Insert(d.events, 0, e)
		e.EventTime = made.EventTime.Add(-time.Hour)
		return e.Children[0]
	}},
	{id: "packed-twice", spoil: func(d *document, _ int) string {
		e := d.packed("1")[0]
		second := copyOf(e)
		second.Children, second.EventTime = second.Children[:1], e.EventTime.Add(time.Hour)
		d.before(d.packed("1")[1], second)
		return second.Children[0]
	}},
	{id: "two-parents", spoil: func(d *document, _ int) string {
		e := d.packed("1")[1]
		e.Children = append(e.Children, d.pack())
		return d.pack()
	}},
	{id: "other-pallet", shapes: several, spoil: func(d *document, _ int) string {
		e := d.packed("sscc")[1]
		e.Children = append(e.Children, d.firstCase())
		return d.firstCase()
	}},
	{id: "own-parent", spoil: func(d *document, _ int) string {
		e := d.packed("1")[0]
		e.Children = append(e.Children, e.ParentID)
		return e.ParentID
	}},
	{id: "circle", spoil: func(d *document, _ int) string {
		pallet := d.packed("sscc")[0]
		e := copyOf(pallet)
		e.ParentID, e.Children = pallet.Children[0], []string{pallet.ParentID}
		e.EventTime = pallet.EventTime.Add(time.Minute)
		d.before(d.ship(), e)
		return e.ParentID
	}},
	{id: "parent-without-children", spoil: func(d *document, _ int) string {
		e := d.packed("1")[0]
		e.Children = []string{}
		return e.ParentID
	}},
	{id: "shipped-empty", spoil: func(d *document, _ int) string {
		e := d.emptyPallet()
		d.ship().EPCs = append(d.ship().EPCs, e.EPCs...)
		return e.EPCs[0]
	}},
	{id: "child-not-in-parent", spoil: func(d *document, _ int) string {
		return d.takeOut(d.packed("1")[1].ParentID, d.pack())
	}},
	{id: "unpack-of-nothing", spoil: func(d *document, _ int) string {
		id := d.emptyPallet().EPCs[0]
		d.takeOut(id, d.pack())
		return id
	}},
	{id: "shipped-packed-child", spoil: func(d *document, _ int) string {
		e := d.ship()
		e.EPCs[slices.Index(e.EPCs, d.pallet())] = d.firstCase()
		return d.firstCase()
	}},
	{id: "shipped-unknown", spoil: func(d *document, _ int) string {
		id := serial(d.pack(), func(string) string { return "T900002" })
		d.ship().EPCs = append(d.ship().EPCs, id)
		return id
	}},
	{id: "sscc-with-lot", spoil: func(d *document, _ int) string {
		e := d.commissioned("sscc")[0]
		e.ILMD = d.commissioned("0")[0].ILMD
		return e.EPCs[0]
	}},
	{id: "sscc-used-twice", shapes: several, spoil: func(d *document, _ int) string {
		pallets := d.packed("sscc")
		d.rename(pallets[1].ParentID, pallets[0].ParentID)
		d.ship().EPCs = slices.Compact(d.ship().EPCs)
		return pallets[0].ParentID
	}},
	{id: "sscc-not-commissioned", spoil: func(d *document, _ int) string { return d.forget(d.pallet()) }},
	{id: "sscc-length", spoil: func(d *document, _ int) string {
		return d.renamed(d.pallet(), serial(d.pallet(), func(n string) string { return n[1:] }))
	}},
	{id: "quantity-mismatch", spoil: func(d *document, _ int) string {
		e := d.packed("1")[0]
		class := d.products().Elements[0].ID
		e.ChildQuantities = []epcis.Quantity{{Class: class, Quantity: strconv.Itoa(len(e.Children) + 1)}}
		return class
	}},
}

// forget takes a thing out of the event that commissions it.
func (d *document) forget(id string) string {
	for _, e := range d.step("commissioning") {
		if i := slices.Index(e.EPCs, id); i >= 0 {
			e.EPCs = slices.Delete(e.EPCs, i, i+1)
			if len(e.EPCs) == 0 {
				d.drop(e)
			}
		}
	}
	return id
}

// emptyPallet commissions one more pallet, with nothing on it.
func (d *document) emptyPallet() *epcis.Event {
	last := d.commissioned("sscc")[0]
	e := copyOf(last)
	e.EPCs = []string{serial(last.EPCs[0], func(n string) string { return strings.Replace(n, "0", "7", 1) })}
	d.before(last, e)
	return e
}

// takeOut unpacks a pack before the pallets are built.
func (d *document) takeOut(from, child string) string {
	pallet := d.packed("sscc")[0]
	e := copyOf(pallet)
	e.Action, e.BizStep, e.ParentID, e.Children = epcis.Delete, "unpacking", from, []string{child}
	e.EventTime = pallet.EventTime.Add(-time.Millisecond)
	d.before(pallet, e)
	return child
}
