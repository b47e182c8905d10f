package witness

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"pedigree/proof"
)

// keptNote is a note in the node's file. Cosignatures of witnesses that aren't
// configured any more are dropped when it is read.
type keptNote struct {
	At   time.Time `json:"at"`
	Note string    `json:"note"`
}

// end keeps what a round gathered, if it gathered anything.
func (k *Collector) end(n *note) error {
	if !slices.ContainsFunc(n.lines, func(line string) bool { return line != "" }) {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if last := len(k.notes) - 1; last >= 0 && k.notes[last].checkpoint == n.checkpoint {
		// A witness that didn't answer again has still cosigned this once.
		for i, line := range k.notes[last].lines {
			if n.lines[i] == "" {
				n.lines[i] = line
			}
		}
		k.notes = k.notes[:last]
	}
	k.notes = append(k.notes, *n)
	if more := len(k.notes) - notesMax; more > 0 {
		k.notes = slices.Delete(k.notes, 0, more)
	}
	return k.store()
}

func (k *Collector) store() error {
	var list []keptNote
	for _, n := range k.notes {
		list = append(list, keptNote{n.at, string(n.bytes())})
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return replaceFile(k.config.File, raw)
}

func (n note) bytes() []byte {
	return n.checkpoint.Note(slices.DeleteFunc(slices.Clone(n.lines), func(line string) bool { return line == "" })...)
}

func (n note) count() int { return strings.Count(strings.Join(n.lines, ""), "\n") }

// load reads what an earlier run kept. A file that can't be read is begun anew, for
// all of it can be asked for again.
func (k *Collector) load() error {
	raw, err := os.ReadFile(k.config.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("couldn't read the cosigned checkpoints: %w", err)
	}
	var list []keptNote
	if err := json.Unmarshal(raw, &list); err != nil || len(list) > notesMax {
		k.config.Log.Warn("the cosigned checkpoints that were kept can't be read; witnesses are asked again", "error", err)
		return nil
	}
	var keys []proof.WitnessKey
	for _, r := range k.remotes {
		keys = append(keys, r.Key)
	}
	for _, kept := range list {
		c, signed, err := proof.OpenNote([]byte(kept.Note), keys)
		if err != nil {
			k.config.Log.Warn("a cosigned checkpoint that was kept doesn't hold any more", "error", err)
			continue
		}
		n := note{checkpoint: c, lines: make([]string, len(k.remotes)), at: kept.At}
		for _, s := range signed {
			n.lines[slices.IndexFunc(k.remotes, func(r *remote) bool { return r.Key.Name == s.Name })] = s.Line
		}
		if n.count() > 0 {
			k.notes = append(k.notes, n)
		}
	}
	return nil
}

// Newest gives the cosigned checkpoints of at least so many events, the best first:
// the one that most witnesses cosigned, and of those the newest.
func (k *Collector) Newest(events uint64) [][]byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	var fit []note
	for _, n := range slices.Backward(k.notes) {
		if n.checkpoint.Events >= events {
			fit = append(fit, n)
		}
	}
	slices.SortStableFunc(fit, func(a, b note) int { return b.count() - a.count() })
	var list [][]byte
	for _, n := range fit {
		list = append(list, n.bytes())
	}
	return list
}

// Figures are what monitoring asks.
type Figures struct {
	Witnesses int
	// Cosigned is how many of them cosigned the newest checkpoint that is kept.
	Cosigned int
	// Events is the size of that checkpoint.
	Events uint64
	// Age is the time since a witness answered last, of the one that is away longest;
	// negative when one has not answered in this run.
	Age time.Duration
	// Forked says that a witness has seen a fork.
	Forked bool
}

// Figures says how it stands.
func (k *Collector) Figures() Figures {
	k.mu.Lock()
	defer k.mu.Unlock()
	f := Figures{Witnesses: len(k.remotes), Forked: k.fork}
	if last := len(k.notes) - 1; last >= 0 {
		f.Cosigned, f.Events = k.notes[last].count(), k.notes[last].checkpoint.Events
	}
	for _, r := range k.remotes {
		if r.last.IsZero() {
			f.Age = -1
			break
		}
		f.Age = max(f.Age, k.config.Now().Sub(r.last))
	}
	return f
}
