//go:build linux

package trading

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pedigree/e2e/cluster"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// program is the built binary, whose clock the test sets.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	cluster.Main(m, func(dir string) (err error) {
		if program, err = cluster.BuildSkewed(dir); errors.Is(err, cluster.ErrNoSkew) {
			err = nil
		}
		return err
	})
}

var tell = flag.Bool("tell", false, "print what each verb answers")

// Exit codes of the program.
const (
	done      = 0
	no        = 4
	unchecked = 5
	refused   = 6
)

// story is the companies on one of the days.
type story struct {
	*testing.T
	net                         *cluster.Network
	maker, wholesaler, pharmacy *cluster.Member
	dir                         string
	day                         int
	began                       time.Time
	lot, first                  epcistest.Shipment // the maker's, and the supplier's
	supplier                    string             // its number in the pharmacy's book
	unanswered, damaged         string             // numbers of cases
	drop                        string             // folder into which the supplier's program writes

	told map[string]bool // verbs that were run, by their words
}

// today is the day's noon, or thereabouts, by the companies' clocks.
func (s *story) today() time.Time { return time.Now().UTC().AddDate(0, 0, s.day-1) }

// dawn lets the next day begin: every node ends, and starts with its clock a day on.
func (s *story) dawn(day int) {
	s.Helper()
	s.day = day
	s.net.End()
	for _, m := range s.net.List {
		m.SetEnv(cluster.Skew(time.Duration(day-1)*24*time.Hour, 0)...)
	}
	s.net.Start()
	s.Logf("day %d: %s", day, s.today().Format(time.DateOnly))
}

// unheard is what a verb says whose write no node took, or was told nothing of: its
// people ask again.
var unheard = regexp.MustCompile(`decides nothing now|connected to no other node`)

// exits runs a verb as a company's people do, and wants an exit code.
func (s *story) exits(code int, m *cluster.Member, args ...string) string {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), verbWait)
	defer cancel()
	got, out, err := m.Do(ctx, args...)
	for err == nil && got == unchecked && unheard.MatchString(out) {
		got, out, err = m.Do(ctx, args...)
	}
	if err != nil || got != code {
		s.Fatalf("day %d, %s: pedigree %s ended with exit code %d, not %d: %v\n%s", s.day, m.ID, strings.Join(args, " "), got, code, err, out)
	}
	if *tell {
		s.Logf("%s$ pedigree %s\n%s", m.ID, strings.Join(args, " "), out)
	}
	s.told[m.ID+" "+strings.Join(args, " ")] = true
	return out
}

func (s *story) run(m *cluster.Member, args ...string) string {
	s.Helper()
	return s.exits(done, m, args...)
}

// says holds that a verb's answer has all of some texts.
func (s *story) says(out string, texts ...string) {
	s.Helper()
	for _, text := range texts {
		if !regexp.MustCompile("(?m)" + text).MatchString(out) {
			s.Errorf("day %d: the answer lacks %q:\n%s", s.day, text, out)
		}
	}
}

// keep is the first group of a pattern in an answer.
func (s *story) keep(out, pattern string) string {
	s.Helper()
	found := regexp.MustCompile("(?m)" + pattern).FindStringSubmatch(out)
	if found == nil {
		s.Fatalf("day %d: the answer lacks %q:\n%s", s.day, pattern, out)
	}
	return found[1]
}

// until repeats a verb until its answer has a text: two nodes deal with each other.
func (s *story) until(m *cluster.Member, text string, args ...string) string {
	s.Helper()
	pattern := regexp.MustCompile("(?m)" + text)
	end := time.Now().Add(untilWait)
	for {
		ctx, cancel := context.WithTimeout(s.Context(), verbWait)
		_, out, err := m.Do(ctx, args...)
		cancel()
		if err == nil && pattern.MatchString(out) {
			s.told[m.ID+" "+strings.Join(args, " ")] = true
			return out
		}
		if time.Now().After(end) {
			s.Fatalf("day %d, %s: pedigree %s never says %q: %v\n%s", s.day, m.ID, strings.Join(args, " "), text, err, out)
		}
		time.Sleep(untilPause)
	}
}

// write writes a file into the story's folder, or one below it.
func (s *story) write(content []byte, name ...string) string {
	s.Helper()
	path := filepath.Join(append([]string{s.dir}, name...)...)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		s.Fatal(err)
	}
	return path
}

// goods are a lot of the maker's, or of another sender, with serial numbers from first on.
func (s *story) goods(first, pallets, cases, packs int) epcistest.Shipment {
	now := s.today()
	return epcistest.Shipment{
		Pallets: pallets, CasesPerPallet: cases, PacksPerCase: packs, FirstSerial: first,
		Made: now.AddDate(0, 0, -10), Shipped: now.AddDate(0, 0, -1), Expiry: now.AddDate(2, 0, 0).Format(time.DateOnly),
	}
}

// document writes those events of a shipment that keep takes.
func (s *story) document(g epcistest.Shipment, name string, keep func(*epcis.Event) bool) string {
	s.Helper()
	header, err := g.Header()
	if err != nil {
		s.Fatal(err)
	}
	var b bytes.Buffer
	w, err := epcis.NewXMLWriter(&b, header, epcis.XMLOptions{})
	if err != nil {
		s.Fatal(err)
	}
	for e := range g.Events() {
		if !keep(e) {
			continue
		}
		if err := w.Write(e); err != nil {
			s.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		s.Fatal(err)
	}
	return s.write(b.Bytes(), name)
}

// made captures a lot at the maker, and returns its pallets.
func (s *story) made(g epcistest.Shipment, name string) []string {
	s.Helper()
	s.says(s.run(s.maker, "capture", s.document(g, name, func(e *epcis.Event) bool { return e.BizStep != "shipping" })), "commission")
	var list []string
	for i := range g.Pallets {
		list = append(list, g.Pallet(i))
	}
	return list
}

// sent ships as one company and waits until it lies before the other.
func (s *story) sent(from, to *cluster.Member, args ...string) (delivery string) {
	s.Helper()
	out := s.until(from, `"delivery": "`, append([]string{"ship", "--to", to.ID, "--json"}, args...)...) // asks for receiving keys first
	delivery = s.keep(out, `"delivery": "([0-9a-f]{64})"`)
	s.until(to, "waiting", "inbox", "show", delivery)
	return delivery
}

// received ships and receives whole.
func (s *story) received(from, to *cluster.Member, args ...string) {
	s.Helper()
	s.says(s.until(to, "^OK: ", "receive", "--inbox", s.sent(from, to, args...)), "OK +received")
}

// word is the verdict about a pack, and its rule.
func (s *story) word(m *cluster.Member, item string) string {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), verbWait)
	defer cancel()
	_, out, err := m.Do(ctx, "scan", item, "--json")
	var answers []struct{ Word, Rule string }
	if err == nil {
		err = json.Unmarshal([]byte(out), &answers)
	}
	if err != nil || len(answers) != 1 {
		s.Fatalf("day %d: the answer about %s can't be read: %v\n%s", s.day, item, err, out)
	}
	return answers[0].Word + " " + answers[0].Rule
}

// isWord waits for a verdict: what a partner did is known here a moment later.
func (s *story) isWord(m *cluster.Member, item, want string) {
	s.Helper()
	got := s.word(m, item)
	for end := time.Now().Add(untilWait); got != want && time.Now().Before(end); got = s.word(m, item) {
		time.Sleep(untilPause)
	}
	if got != want {
		s.Errorf("day %d: of %s %s says %s, want %s", s.day, item, m.ID, got, want)
	}
}

func newStory(t *testing.T) *story {
	t.Helper()
	if program == "" {
		t.Skip("ten days need a clock that can be set: ", cluster.ErrNoSkew)
	}
	s := &story{T: t, dir: t.TempDir(), day: 1, began: time.Now(), told: map[string]bool{}}
	s.drop = filepath.Join(s.dir, "drop")
	if err := os.Mkdir(s.drop, 0o700); err != nil {
		t.Fatal(err)
	}
	s.net = cluster.Found(t, cluster.Options{Program: program, Mail: true, Settings: func(member string) string {
		if member != "pharmacy" {
			return ""
		}
		return fmt.Sprintf("ways:\n  inlets:\n    - {name: supplier, folder: %s, partner: %q, every_seconds: 1}\n", s.drop, supplierGLN)
	}})
	s.maker, s.wholesaler, s.pharmacy = s.net.Of("maker"), s.net.Of("wholesaler"), s.net.Of("pharmacy")
	return s
}
