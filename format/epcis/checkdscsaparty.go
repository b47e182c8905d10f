package epcis

import (
	"fmt"
	"strings"
	"time"
)

// shippedBetween is an owner and a buyer that shipping events name.
type shippedBetween struct {
	from, to string // canonical GLNs, or identifiers as written
	where    Where
}

// noteOwners remembers between whom goods change owner.
func (c *Checker) noteOwners(e *Event) {
	s := &c.state
	pair := shippedBetween{c.party(e.Source("owning_party")), c.party(e.Destination("owning_party")), e.Where}
	for i := range s.between {
		if s.between[i].from == pair.from && s.between[i].to == pair.to {
			return
		}
	}
	if len(s.between) < distinctOwners {
		s.between = append(s.between, pair)
	}
}

// party returns the GLN of a party or place, whichever of the two its identifier
// says it is and without an extension, or the identifier as written.
func (c *Checker) party(id string) string {
	path, kind, err := c.keys.key(id)
	if err != nil || kind != kindPlace {
		return id
	}
	gln := path[len("/414/"):]
	return string(gln[:min(13, len(gln))])
}

// checkOwners compares sender and receiver of the document with the owners of
// its shipments, and the dates of its events with its own.
func (c *Checker) checkOwners(h *Header) {
	sender, receiver := c.party(h.Sender()), c.party(h.Receiver())
	for _, p := range c.state.between {
		c.event = &Event{Where: p.where}
		if sender != "" && !isNull(sender) && p.from != "" && p.from != sender {
			c.us(Warning, "dscsa/sender-owner", p.from, fmt.Sprintf("the goods come from %.60s, but %.60s sends the document", p.from, sender), "correct the owning_party of sourceList or the sender; where another sends on the owner's behalf, nothing is wrong")
		}
		if receiver != "" && !isNull(receiver) && p.to != "" && p.to != receiver {
			c.us(Warning, "dscsa/receiver-owner", p.to, fmt.Sprintf("the goods go to %.60s, but the document goes to %.60s", p.to, receiver), "correct the owning_party of destinationList or the receiver; where another receives on the owner's behalf, nothing is wrong")
		}
	}
	c.event = nil
}

// checkCreation reports the latest event of a document that was created before it.
func (c *Checker) checkCreation(h *Header) {
	s := &c.state
	slack := c.opts.FutureTolerance
	if h.wall {
		slack += widestOffset
	}
	if h.CreationDate.IsZero() || !s.latest.After(h.CreationDate.Add(slack)) {
		return
	}
	c.event = &Event{Where: s.latestAt}
	c.us(Warning, "dscsa/after-creation", s.latest.Format(time.RFC3339), fmt.Sprintf("the event happened after the document was created (%s)", h.CreationDate.Format(time.RFC3339)), "correct eventTime or creationDate")
	c.event = nil
}

// checkStep holds the action of a step against what the guideline asks for.
func (c *Checker) checkStep(e *Event) {
	if e.Type != ObjectEvent {
		return
	}
	want := Action("")
	switch e.BizStep {
	case "receiving", "void_shipping", "accepting":
		want = Observe
	case "decommissioning", "destroying":
		want = Delete
	}
	if want != "" && e.Action != want {
		c.us(Warning, "dscsa/action", string(e.Action), fmt.Sprintf("%s has action %.20s", e.BizStep, e.Action), fmt.Sprintf("write %s", want))
	}
}

// checkInside reports objects whose life ends while they are packed.
func (c *Checker) checkInside(r namedObject, o *object) {
	if c.state.parentOf(o) != 0 {
		c.us(Warning, "dscsa/ended-inside", r.id, fmt.Sprintf("%.80q ends its life (%.20s) while event %d has it packed in another object", r.id, c.event.BizStep, o.packed), "unpack it first (DELETE), so that nobody infers it is still inside")
	}
}

// endsLife tells events after which no other may name their objects.
func endsLife(e *Event) bool {
	switch e.BizStep {
	case "decommissioning", "destroying", "dispensing", "killing":
		return e.Type == ObjectEvent && e.Action == Delete
	}
	return false
}

// nullNote says that a value isn't simply left out.
func nullNote(value string) string {
	if isNull(value) {
		return ": the word null stands there"
	}
	return ""
}

// nullWord tells a value that ends in the word null where a part is missing.
func nullWord(value string) bool {
	n := len(value) - len("null")
	return n >= 0 && isNull(value[n:]) && (n == 0 || strings.IndexByte(".:/", value[n-1]) >= 0)
}
