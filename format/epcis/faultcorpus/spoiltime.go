package faultcorpus

import (
	"time"

	"pedigree/format/epcis"
)

const day = 24 * time.Hour

var timeKinds = []kind{
	{id: "shipped-twice", spoil: func(d *document, _ int) string {
		e := d.ship()
		second := copyOf(e)
		second.EPCs, second.EventTime = second.EPCs[:1], e.EventTime.Add(time.Hour)
		d.after(e, second)
		return second.EPCs[0]
	}},
	{id: "received-before-shipped", spoil: func(d *document, _ int) string {
		e := d.ship()
		came := copyOf(e)
		came.BizStep, came.Disposition, came.EventTime = "receiving", "in_progress", e.EventTime.Add(-30*time.Minute)
		came.ReadPoint, came.BizLocation = epcis.Place{ID: e.Destinations[1].ID}, epcis.Place{ID: e.Destinations[1].ID}
		came.Extensions = nil
		d.before(e, came)
		return came.EPCs[0]
	}},
	{id: "shipped-before-packed", spoil: func(d *document, _ int) string {
		e := d.ship()
		e.EventTime = e.EventTime.Add(-day)
		return e.EPCs[0]
	}},
	{id: "after-decommission", spoil: func(d *document, _ int) string {
		made, pallet := d.commissioned("0")[0], d.packed("sscc")[0]
		e := copyOf(made)
		e.Action, e.BizStep, e.Disposition, e.ILMD = epcis.Delete, "decommissioning", "inactive", nil
		e.EPCs, e.EventTime = []string{d.pack()}, pallet.EventTime.Add(-time.Minute)
		d.before(d.commissioned("sscc")[0], e)
		return d.pack()
	}},
	{id: "future-hour", spoil: func(d *document, _ int) string { d.ship().EventTime = Now.Add(time.Hour); return "" }},
	{id: "future-day", spoil: func(d *document, _ int) string { d.ship().EventTime = Now.Add(day); return "" }},
	{id: "clock-off-by-a-day", spoil: func(d *document, _ int) string {
		ahead := Now.Add(day - 2*time.Hour).Sub(d.ship().EventTime)
		for _, e := range d.events {
			e.EventTime = e.EventTime.Add(ahead)
		}
		d.header.CreationDate, d.header.SBDH.Created = d.ship().EventTime, d.ship().EventTime
		return ""
	}},
	{id: "duplicate-event", spoil: func(d *document, _ int) string {
		e := d.packed("1")[0]
		d.after(e, copyOf(e))
		return e.ParentID
	}},
}
