package dockview_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"pedigree/domain/trace/dockview"
	"pedigree/internal/api"
)

const ownersToken = "the token of the pharmacy's node"

// serve serves the world's sessions over HTTP until the test ends.
func (w *world) serve() *api.Server {
	w.t.Helper()
	s, err := api.New(api.Config{Listen: "127.0.0.1:0", Token: ownersToken, Org: "pharmacy"})
	if err != nil {
		w.t.Fatal(err)
	}
	dockview.AddRoutes(s, func(context.Context) *dockview.Docks { return w.docks })
	if err := s.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := s.Stop(); err != nil {
			w.t.Error(err)
		}
	})
	return s
}

// ask asks the server, and gives its answer.
func (w *world) ask(s *api.Server, method, path, body string) *http.Response {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, s.URL()+"/api/v1/docks/1"+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+ownersToken)
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = res.Body.Close() })
	if res.StatusCode >= 300 {
		text, _ := io.ReadAll(res.Body)
		w.t.Fatalf("%s %s is answered with %d: %s", method, path, res.StatusCode, text)
	}
	return res
}

// watched begins to read the changes of a session as one client does.
func (w *world) watched(s *api.Server) <-chan dockview.Change {
	w.t.Helper()
	lines := bufio.NewScanner(w.ask(s, http.MethodGet, "/events", "").Body)
	out := make(chan dockview.Change, 1000)
	go func() {
		defer close(out)
		name := ""
		for lines.Scan() {
			if text, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				name = text
			}
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			var one dockview.Change
			if err := json.Unmarshal([]byte(data), &one); err != nil || one.What != name {
				w.t.Errorf("%s is told as %s: %v", data, name, err)
			}
			out <- one
		}
		if err := lines.Err(); err != nil {
			w.t.Errorf("the stream ends with %v", err)
		}
	}()
	return out
}

// told are the events that a client is told now, without a server between.
func told(watch *dockview.Watch) (list []dockview.Change, last string) {
	events, _, _ := watch.Next()
	for _, e := range events {
		list, last = append(list, *e.Data.(*dockview.Change)), e.ID
	}
	return list, last
}

func whats(list []dockview.Change) string {
	var out []string
	for _, c := range list {
		out = append(out, c.What)
	}
	return strings.Join(out, " ")
}

func TestTwoClerksSeeEachOthersScansAsTheyCome(t *testing.T) {
	w := newWorld(t)
	s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
	server := w.serve()
	first, second := w.watched(server), w.watched(server)
	<-first
	<-second // from here on nothing is missed
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	w.ask(server, http.MethodPost, "/scans", `{"raw": "`+w.case_(0)+`", "what": "open", "device": "gun 2", "seq": 1}`)
	w.ask(server, http.MethodDelete, "/scans/2", "")
	w.decide(s.ID, w.pallet(1), dockview.DecideLeave)
	w.finish(s.ID)
	for _, clerk := range []<-chan dockview.Change{first, second} {
		var list []dockview.Change
		for one := range clerk {
			list = append(list, one)
		}
		if whats(list) != "scan scan undo decision state state" {
			t.Fatalf("told of %s: %+v", whats(list), list)
		}
		counted(t, list[0].Counts, 12, 0, 6)
		counted(t, list[1].Counts, 12, 0, 3)
		counted(t, list[2].Counts, 12, 0, 6)
		if one := list[1]; one.By != "owner" || one.Device != "gun 2" || one.Path != w.case_(0) || one.Beep != dockview.BeepOK || one.Number != 2 {
			t.Errorf("the other clerk's scan is told as %+v", one)
		}
		if one := list[3]; one.Decision != dockview.DecideLeave || one.By != "clerk" {
			t.Errorf("a decision is told as %+v", one)
		}
		if list[4].State != dockview.Finishing || list[5].State != dockview.Done {
			t.Errorf("the end is told as %+v", list[4:])
		}
	}
}

func TestAWatchGoesOnWhereItWas(t *testing.T) {
	w := newWorld(t)
	s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
	watch := func(after string) *dockview.Watch {
		t.Helper()
		one, err := w.docks.Watch(t.Context(), s.ID, after, "screen")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(one.Close)
		return one
	}
	one := watch("")
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	list, id := told(one)
	if whats(list) != "now scan" || list[0].Missed || list[0].Counts.Inferred != 0 {
		t.Fatalf("%+v", list)
	}
	one.Close() // the connection broke
	w.scan(s.ID, w.pack(0), dockview.BeepOK, "")
	w.scan(s.ID, w.pack(1), dockview.BeepOK, "")
	again := watch(id)
	if list, _ := told(again); whats(list) != "scan scan" || list[0].Path != w.pack(0) || list[1].Counts.Seen != 2 {
		t.Errorf("after the break: %+v", list)
	}
	again.Close()
	w.start() // the node was restarted, and knows its changes no more
	for _, after := range []string{id, "never given", "-", id + "0"} {
		anew := watch(after)
		if list, _ := told(anew); whats(list) != "now" || !list[0].Missed || list[0].Counts.Seen != 2 {
			t.Errorf("after %q: %+v", after, list)
		}
		anew.Close()
	}
}

func TestAWatchOfASessionThatEndedSaysSoAndEnds(t *testing.T) {
	w := newWorld(t)
	s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
	one, err := w.docks.Watch(t.Context(), s.ID, "", "screen")
	if err != nil {
		t.Fatal(err)
	}
	_, id := told(one)
	one.Close()
	if err := w.docks.Drop(t.Context(), s.ID, "clerk"); err != nil {
		t.Fatal(err)
	}
	for _, after := range []string{"", id} {
		one, err := w.docks.Watch(t.Context(), s.ID, after, "screen")
		if err != nil {
			t.Fatal(err)
		}
		events, last, _ := one.Next()
		if c := events[len(events)-1].Data.(*dockview.Change); !last || c.State != dockview.Dropped {
			t.Errorf("after %q: %+v, the last: %t", after, c, last)
		}
		one.Close()
	}
	if _, err := w.docks.Watch(t.Context(), 99, "", "screen"); err == nil || !strings.Contains(err.Error(), "no receiving session 99") {
		t.Errorf("of no session: %v", err)
	}
}

func TestWhoDoesNotReadHoldsNobodyUp(t *testing.T) {
	w := newWorld(t)
	s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
	one, err := w.docks.Watch(t.Context(), s.ID, "", "screen")
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	for range dockview.ChangesKept { // with the one at the beginning, one too many
		w.noted(s.ID, dockview.Scan{Raw: w.pack(0)}, firstly(&w.seq), "")
	}
	if list, _ := told(one); len(list) != dockview.ChangesKept+1 || list[0].What != dockview.ChangeNow {
		t.Fatalf("as many as are kept: told of %d", len(list))
	}
	for range dockview.ChangesKept + 1 {
		w.noted(s.ID, dockview.Scan{Raw: w.pack(0)}, dockview.BeepAgain, "")
	}
	list, id := told(one)
	if len(list) != 1 || !list[0].Missed || list[0].Counts.Scans != 2*dockview.ChangesKept+1 {
		t.Errorf("one more than are kept: told of %d, first %+v", len(list), list[0])
	}
	w.scan(s.ID, w.pack(1), dockview.BeepOK, "")
	if list, next := told(one); whats(list) != "scan" || next == id {
		t.Errorf("and then: %+v", list)
	}
}

// firstly is the beep of a first scan, and then of one again.
func firstly(seq *int64) dockview.Beep {
	if *seq == 0 {
		return dockview.BeepOK
	}
	return dockview.BeepAgain
}

func TestOnlySoManyWatchAtOnce(t *testing.T) {
	w := newWorld(t)
	var sessions []int64
	for range 3 {
		sessions = append(sessions, w.begin(dockview.Start{}).ID)
	}
	watch := func(session int64, client string) (*dockview.Watch, error) {
		return w.docks.Watch(t.Context(), session, "", client)
	}
	must := func(session int64, client string) (one *dockview.Watch) {
		t.Helper()
		one, err := watch(session, client)
		if err != nil {
			t.Fatal(err)
		}
		return one
	}
	refused := func(what string, session int64, client string) {
		t.Helper()
		_, err := watch(session, client)
		var known interface{ Code() string }
		if !errors.As(err, &known) || known.Code() != "dock/too-many-watch" {
			t.Errorf("%s: %v", what, err)
		}
	}
	for range dockview.WatchesOfClientMax {
		must(sessions[0], "a")
	}
	refused("a client's fifth", sessions[1], "a")
	for range dockview.WatchesOfSessionMax - dockview.WatchesOfClientMax {
		must(sessions[0], "b")
	}
	refused("a session's ninth", sessions[0], "c")
	for n := range dockview.WatchesMax - dockview.WatchesOfSessionMax - 1 {
		must(sessions[1], string(rune('c'+n/dockview.WatchesOfClientMax)))
	}
	last := must(sessions[2], "y")
	refused("the organisation's seventeenth", sessions[2], "z")
	last.Close()
	must(sessions[2], "z").Close()
}

func TestAStreamOfASessionEndsWithItsServer(t *testing.T) {
	w := newWorld(t)
	w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
	s := w.serve()
	quiet := w.ask(s, http.MethodGet, "/events", "") // and nobody reads it
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	text, err := io.ReadAll(quiet.Body)
	if err != nil || !strings.Contains(string(text), `"state":"open"`) {
		t.Errorf("a stream that nobody read ends with %q, %v", text, err)
	}
}
