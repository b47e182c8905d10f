package proof

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// TagWitnessed begins every encoded Witnessed.
const TagWitnessed = "pedigree/witnessed/1"

// Witnessed is another object with a checkpoint that witnesses cosigned, and the
// path that leads from what the object shows of the log of events to it. A quorum
// of validators can sign two histories; it can't make the witnesses vouch for both.
type Witnessed struct {
	Object []byte // a receipt, bundle, state, event or consistency proof, encoded
	Note   []byte // the checkpoint with cosignatures, as a signed note
	// Path is an RFC 6962 consistency proof from the log under the object's header;
	// or, of a receipt and an event proof, which show events, the path of RangeRoot.
	Path []Hash
}

// LimitWitnesses is what cosignatures leave open.
const LimitWitnesses = "Witnesses vouch that the log of events only grows, not for the state that the validators worked out of it."

// Log is what an object shows of the log of events: neighbouring leaves, or the
// root at a size.
type Log struct {
	First  uint64 // number of the first leaf
	Leaves []Hash // of the events that the object shows; empty with a root
	Events uint64 // size of the log with Root
	Root   Hash
}

// Least is the size of the shortest log that a checkpoint of it must have.
func (l Log) Least() uint64 {
	if n := uint64(len(l.Leaves)); n > 0 {
		return l.First + n
	}
	return l.Events
}

// LogOf gives what an object shows of the log. It is an error for one that shows
// nothing of it, such as the receipt of a refused entry.
func LogOf(object any) (Log, error) {
	switch o := object.(type) {
	case Receipt:
		result, err := DecodeResult(o.Code, o.Data)
		if err != nil {
			return Log{}, err
		}
		l := Log{First: result.FirstEvent}
		for _, e := range result.Events {
			l.Leaves = append(l.Leaves, TreeLeaf(e))
		}
		if o.Code != 0 || len(l.Leaves) == 0 {
			return Log{}, fmt.Errorf("%w: the entry made no events, so that the log that witnesses see doesn't show it", ErrProof)
		}
		return l, nil
	case EventProof:
		return Log{First: o.Number, Leaves: []Hash{TreeLeaf(o.Event)}}, nil
	case Bundle:
		return Log{Events: o.Parts.EventCount, Root: o.Parts.EventRoot}, nil
	case StateProof:
		return Log{Events: o.Parts.EventCount, Root: o.Parts.EventRoot}, nil
	case ConsistencyProof:
		return Log{Events: o.NewParts.EventCount, Root: o.NewParts.EventRoot}, nil
	}
	return Log{}, fmt.Errorf("%w: a %T shows nothing of the log", ErrProof, object)
}

// LeadsTo checks the path from what is shown to a checkpoint.
func (l Log) LeadsTo(c Checkpoint, path []Hash) error {
	if c.Events < l.Least() {
		return fmt.Errorf("%w: the checkpoint is of %d events and too old: %d are needed", ErrProof, c.Events, l.Least())
	}
	if len(l.Leaves) == 0 {
		return VerifyConsistency(l.Events, c.Events, l.Root, c.Root, path)
	}
	root, err := RangeRoot(l.Leaves, l.First, c.Events, path)
	if err == nil && root != c.Root {
		err = fmt.Errorf("%w: the events lead to root %s, and the checkpoint has %s", ErrProof, root, c.Root)
	}
	return err
}

// Verify checks the object, the path and, with a policy among the options, whether
// enough witnesses vouch.
func (w Witnessed) Verify(t Trust, o Options) (Report, error) {
	object, err := Open(w.Object)
	var r Report
	if err == nil {
		r, err = checkObject(object, t, o)
	} else {
		err = r.stop(PartFormat, err)
	}
	if err != nil {
		return r, err
	}
	if err := w.witnesses(&r, object, o); err != nil {
		return r, r.stop(PartWitnesses, err)
	}
	return r, nil
}

func (w Witnessed) witnesses(r *Report, object any, o Options) error {
	c, lines, err := splitNote(w.Note)
	if err != nil {
		return err
	}
	if c.ChainID != r.Chain {
		return refuse(PartWitnesses, "the checkpoint is of %q, not of %q", c.ChainID, r.Chain)
	}
	log, err := LogOf(object)
	if err != nil {
		return err
	}
	if err := log.LeadsTo(c, w.Path); err != nil {
		return err
	}
	if o.Witnesses == nil {
		r.optional(PartWitnesses, "Witnesses were not asked about, for no policy says which to believe. The file carries %d cosignatures of a checkpoint of %d events.", len(lines), c.Events)
		return nil
	}
	_, list, err := OpenNote(w.Note, o.Witnesses.Witnesses)
	if err != nil {
		return err
	}
	return r.vouched(c, list, o)
}

// vouched judges the cosignatures that hold: their time, and whether they are enough.
func (r *Report) vouched(c Checkpoint, list []Cosignature, o Options) error {
	var names, seen []string
	for _, s := range list {
		if r.AsOf.Sub(s.At) > clockSkew {
			return refuse(PartWitnesses, "%s cosigned at %s, before the header of %s was there", s.Name, s.At.Format(time.RFC3339), r.AsOf.Format(time.RFC3339))
		}
		if !o.Now.IsZero() && s.At.Sub(o.Now) > clockSkew {
			return refuse(PartWitnesses, "%s cosigned at %s, later than this clock (%s)", s.Name, s.At.Format(time.RFC3339), o.Now.UTC().Format(time.RFC3339))
		}
		names = append(names, s.Name)
		seen = append(seen, s.Name+" at "+s.At.Format(time.RFC3339))
	}
	of := len(o.Witnesses.Witnesses)
	if !o.Witnesses.Enough(names) {
		r.notShown(PartWitnesses, "CAN'T TELL: witnessed by %d of %d at height %d, and the policy asks for more. %s", len(list), of, r.Height, strings.Join(seen, ", "))
		return nil
	}
	r.ok(PartWitnesses, LimitWitnesses, "Witnessed by %d of %d at height %d: %s, with %d events.", len(list), of, r.Height, strings.Join(seen, ", "), c.Events)
	return nil
}

// unwitnessed notes what an object without a checkpoint leaves open.
func (r *Report) unwitnessed(o Options) {
	if o.Witnesses == nil {
		r.optional(PartWitnesses, "Witnesses were not asked about.")
		return
	}
	r.notShown(PartWitnesses, "CAN'T TELL: the file carries no checkpoint that witnesses cosigned. Ask a node for it with its witnesses.")
}

// Encode returns [tag, object, note, path].
func (w Witnessed) Encode() []byte {
	b := AppendText(AppendArray(make([]byte, 0, len(w.Object)+2048), 4), TagWitnessed)
	return appendHashes(AppendBytes(AppendBytes(b, w.Object), w.Note), w.Path)
}

// DecodeWitnessed reads what Witnessed.Encode wrote. The object in it is read, but
// not judged.
func DecodeWitnessed(b []byte) (Witnessed, error) {
	r, err := openReader(b, TagWitnessed, 4)
	if err != nil {
		return Witnessed{}, err
	}
	w := Witnessed{Object: bytes.Clone(r.Bytes(ObjectSizeMax))}
	r.In(PartWitnesses)
	w.Note, w.Path = bytes.Clone(r.Bytes(NoteSizeMax)), r.hashes(ConsistencyMax)
	r.In(PartFormat)
	if err := r.Done(); err != nil {
		return Witnessed{}, fmt.Errorf("couldn't read a witnessed object: %w", err)
	}
	switch tag := objectTag(w.Object); tag {
	case TagReceipt, TagBundle, TagStateProof, TagEventProof, TagConsistency:
		return w, nil
	default:
		return Witnessed{}, in(PartFormat, fmt.Errorf("%w: witnesses can't vouch for an object with the tag %q", ErrCBOR, tag))
	}
}
