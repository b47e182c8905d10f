package traceview

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/format/dscsa"
	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/proof"
)

// longWork is how long a capture, shipment or receipt may take in one request;
// what is not done by then goes on, and is resumed by asking again.
const longWork = 30 * time.Minute

// Source gives the desk of the organisation for which a request is made. It is
// asked only for requests that were let in, so it always has one.
type Source func(ctx context.Context) *Desk

// Org is the organisation whose desk it is.
func (d *Desk) Org() string { return d.sign.Org() }

// AddRoutes registers the routes of desks.
func AddRoutes(s *api.Server, of Source) {
	addCapture(s, of)
	addJobs(s, of)
	addPrekeys(s, of)
	addShipping(s, of)
	addStock(s, of)
	addDispensing(s, of)
	addVerdicts(s, of)
	addShift(s, of)
	addVerification(s, of)
	addNotices(s, of)
	addAnswers(s, of)
	addReceivingMail(s, of)
	addMarks(s, of)
	addOutside(s, of)
	addReturns(s, of)
	addHandOvers(s, of)
	addTotes(s, of)
	addPicks(s, of)
}

// route describes a route that takes a body of any kind.
func route(need auth.Permission, method, path, id, summary string) huma.Operation {
	o := huma.Operation{Method: method, Path: "/api/v1" + path, OperationID: id, Summary: summary, BodyReadTimeout: longWork, MaxBodyBytes: api.BodyBytesDefault}
	return api.Guarded(o, need)
}

// upload describes a route whose body is a file.
func upload(need auth.Permission, path, id, summary string) huma.Operation {
	return api.Upload(route(need, http.MethodPost, path, id, summary))
}

// answer is a JSON answer that says at which height it is true.
type answer[T any] struct {
	Height uint64 `header:"Ledger-Height"`
	Body   T
}

func answered[T any](d *Desk, body T, err error) (*answer[T], error) {
	if err != nil {
		return nil, refused(err)
	}
	height, _ := d.chain.Status()
	return &answer[T]{Height: height, Body: body}, nil
}

func addCapture(s *api.Server, of Source) {
	type captureIn struct {
		Name    string `query:"name" required:"true" doc:"File name, as findings name it"`
		OnError string `query:"on_error" enum:"rollback,proceed" default:"rollback" doc:"rollback: one error and nothing is done; proceed: the rest is done"`
		DryRun  bool   `query:"dry_run" doc:"Only check"`
		Async   bool   `query:"async" doc:"Answer 202 as soon as the document is stored; GET /api/v1/jobs/{job} tells how far it is"`
	}
	type captureOut struct {
		Status   int
		Height   uint64 `header:"Ledger-Height"`
		Location string `header:"Location" doc:"The job, of a capture that is done later"`
		Body     CaptureReport
	}
	huma.Register(s.API, upload(auth.Capture, "/captures", "capture", "Capture an EPCIS document"), func(ctx context.Context, in *captureIn) (*captureOut, error) {
		d := of(ctx)
		onError := Rollback
		if in.OnError == "proceed" {
			onError = Proceed
		}
		capture, out := d.Capture, &captureOut{Status: http.StatusOK}
		if in.Async {
			capture = d.CaptureLater
		}
		var err error
		out.Body, err = capture(ctx, CaptureRequest{Name: in.Name, Reader: api.UploadOf(ctx), OnError: onError, DryRun: in.DryRun})
		if err != nil {
			return nil, refused(err)
		}
		if in.Async && out.Body.Stage != CaptureDone {
			out.Status, out.Location = http.StatusAccepted, fmt.Sprintf("/api/v1/jobs/%d", out.Body.Job)
		}
		out.Height, _ = d.chain.Status()
		return out, nil
	})
}

func addPrekeys(s *api.Server, of Source) {
	type issueIn struct {
		Body struct {
			Partner string `json:"partner" doc:"Organisation that will ship to us"`
			Count   int    `json:"count" minimum:"1" maximum:"10000" doc:"Pairs of receiving keys"`
		}
	}
	huma.Register(s.API, route(auth.IssueKeys, http.MethodPost, "/prekeys", "issue-prekeys", "Make receiving keys for a partner"), func(ctx context.Context, in *issueIn) (*api.File, error) {
		d := of(ctx)
		file, err := d.IssuePrekeys(ctx, in.Body.Partner, in.Body.Count)
		if err != nil {
			return nil, refused(err)
		}
		height, _ := d.chain.Status()
		return api.NewFile(d.sign.Org()+"-for-"+in.Body.Partner+".prekeys", file, height), nil
	})
	huma.Register(s.API, upload(auth.IssueKeys, "/prekeys/import", "import-prekeys", "Take in a partner's receiving keys"), func(ctx context.Context, _ *struct{}) (*answer[PrekeyReport], error) {
		d := of(ctx)
		file, err := io.ReadAll(io.LimitReader(api.UploadOf(ctx), PrekeyFileSizeMax+1))
		if err != nil {
			return nil, refused(fmt.Errorf("couldn't read the prekey file: %w", err))
		}
		report, err := d.ImportPrekeys(ctx, file)
		return answered(d, report, err)
	})
}

func addShipping(s *api.Server, of Source) {
	type shipIn struct{ Body ShipRequest }
	huma.Register(s.API, route(auth.Ship, http.MethodPost, "/shipments", "ship", "Offer goods to a partner"), func(ctx context.Context, in *shipIn) (*answer[ShipReport], error) {
		d := of(ctx)
		report, _, err := d.Ship(ctx, in.Body)
		return answered(d, report, err)
	})
	huma.Register(s.API, route(auth.Ship, http.MethodPost, "/shipments/check", "check-shipment", "Check what a receiver would find in a shipment's document, and change nothing"), func(ctx context.Context, in *shipIn) (*answer[dscsa.Checked], error) {
		d := of(ctx)
		c, err := d.CheckShipment(ctx, in.Body)
		return answered(d, c, err)
	})
	type listIn struct {
		Way         string `query:"way" enum:"out,in" doc:"Only those sent, or only those received"`
		Partner     string `query:"partner" doc:"Organisation that received or sent them"`
		Undelivered bool   `query:"undelivered" doc:"Only those on offer whose data the partner doesn't have"`
		Overdue     bool   `query:"overdue" doc:"Only those that nobody received in time, to be taken back"`
		Before      int64  `query:"before" minimum:"0" doc:"Number of the last one of the page before"`
		Limit       int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/shipments", "list-shipments", "Shipments sent and received, the newest first"), func(ctx context.Context, in *listIn) (*answer[[]ShipmentSummary], error) {
		d := of(ctx)
		list, err := d.Shipments(ctx, ShipmentFilter{Outgoing: in.Way == "out", Incoming: in.Way == "in", Partner: in.Partner, Undelivered: in.Undelivered, Overdue: in.Overdue, Before: in.Before, Limit: in.Limit})
		return answered(d, list, err)
	})
	type fileIn struct {
		ID string `path:"id" minLength:"64" maxLength:"64"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/shipments/{id}", "get-shipment", "One shipment, and how far its data has come"), func(ctx context.Context, in *fileIn) (*answer[ShipmentSummary], error) {
		d := of(ctx)
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refused(err)
		}
		one, err := d.Shipment(ctx, id)
		return answered(d, one, err)
	})
	huma.Register(s.API, route(auth.Ship, http.MethodGet, "/shipments/{id}/file", "get-shipment-file", "The sealed file of a shipment"), func(ctx context.Context, in *fileIn) (*api.File, error) {
		d := of(ctx)
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refused(err)
		}
		file, err := d.ShipmentFile(ctx, id)
		if err != nil {
			return nil, refused(err)
		}
		height, _ := d.chain.Status()
		return api.NewFile(in.ID[:16]+".shipment", file, height), nil
	})
	type receiveIn struct {
		Refuse         []string `query:"refuse,explode" doc:"Items that go back, each as item=reason"`
		AcceptUnproved bool     `query:"accept_unproved" doc:"Also take goods that are not proved to their maker"`
		CheckOnly      bool     `query:"check_only" doc:"Say what would come of it and change nothing"`
	}
	huma.Register(s.API, upload(auth.Receive, "/receivings", "receive", "Receive a partner's shipment"), func(ctx context.Context, in *receiveIn) (*answer[ReceiveReport], error) {
		d := of(ctx)
		r := ReceiveRequest{File: api.UploadOf(ctx), AcceptUnproved: in.AcceptUnproved, CheckOnly: in.CheckOnly, Refuse: refusalsOf(in.Refuse)}
		report, err := d.Receive(ctx, r)
		return answered(d, report, err)
	})
}

// addReceivingMail registers the receipt of what came through the exchange.
func addReceivingMail(s *api.Server, of Source) {
	type receiveIn struct {
		ID             string   `path:"id" minLength:"64" maxLength:"64" doc:"The delivery's id, as the inbox shows it"`
		Refuse         []string `query:"refuse,explode" doc:"Items that go back, each as item=reason"`
		AcceptUnproved bool     `query:"accept_unproved" doc:"Also take goods that are not proved to their maker"`
		CheckOnly      bool     `query:"check_only" doc:"Say what would come of it and change nothing"`
	}
	huma.Register(s.API, route(auth.Receive, http.MethodPost, "/inbox/{id}/receive", "receive-inbox", "Receive a shipment that a partner's node brought"), func(ctx context.Context, in *receiveIn) (*answer[ReceiveReport], error) {
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refused(err)
		}
		d := of(ctx)
		r := ReceiveRequest{AcceptUnproved: in.AcceptUnproved, CheckOnly: in.CheckOnly, Refuse: refusalsOf(in.Refuse)}
		report, err := d.ReceiveInbox(ctx, id, r)
		return answered(d, report, err)
	})
}

// refusalsOf reads items that go back, each as item=reason.
func refusalsOf(list []string) []RefuseItem {
	var out []RefuseItem
	for _, text := range list {
		item, reason, _ := cutLast(text, "=")
		out = append(out, RefuseItem{Item: item, Reason: reason})
	}
	return out
}

// cutLast cuts around the last separator: identifiers may contain it too.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
