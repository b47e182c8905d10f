package dockview

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
)

// longWork is how long a finish may take in one request; what isn't done by then goes
// on, and is told by asking again.
const longWork = 30 * time.Minute

// Source gives the receiving sessions of the organisation for which a request is made.
type Source func(ctx context.Context) *Docks

func route(need auth.Permission, method, path, id, summary string) huma.Operation {
	return api.Guarded(huma.Operation{Method: method, Path: "/api/v1/docks" + path, OperationID: id, Summary: summary, BodyReadTimeout: longWork}, need)
}

type body[T any] struct{ Body T }

func answered[T any](v T, err error) (*body[T], error) {
	if err != nil {
		return nil, refused(err)
	}
	return &body[T]{v}, nil
}

// by is who makes a request.
func by(ctx context.Context) string {
	p, _ := auth.From(ctx)
	return p.ID
}

type sessionIn struct {
	ID int64 `path:"id" minimum:"1" doc:"Number of the session"`
}

// AddRoutes registers the routes of receiving sessions.
func AddRoutes(s *api.Server, of Source) {
	addSessions(s, of)
	addScans(s, of)
	addFinish(s, of)
	addWatch(s, of)
	addCorrections(s, of)
	addArrivals(s, of)
}

func addArrivals(s *api.Server, of Source) {
	one := api.Guarded(huma.Operation{Method: http.MethodGet, Path: "/api/v1/arrivals", OperationID: "list-arrivals", Summary: "What waits to be received, the longest first"}, auth.ReadGoods)
	type waitingIn struct {
		Item string `query:"item" maxLength:"8192" doc:"Only what names this thing, as scanned: a container's label, or that of anything in it"`
	}
	huma.Register(s.API, one, func(ctx context.Context, in *waitingIn) (*body[Arrivals], error) {
		if in.Item != "" {
			v, err := of(ctx).Naming(ctx, in.Item)
			return answered(v, err)
		}
		v, err := of(ctx).Arrivals(ctx)
		return answered(v, err)
	})
}

func addCorrections(s *api.Server, of Source) {
	at := func(need auth.Permission, method, path, id, summary string) huma.Operation {
		return api.Guarded(huma.Operation{Method: method, Path: "/api/v1/corrections" + path, OperationID: id, Summary: summary}, need)
	}
	type listIn struct {
		State  string `query:"state" enum:"open,settled,overtaken" doc:"Only those that are so"`
		Before int64  `query:"before" minimum:"0" doc:"Document of the last one of the page before"`
		Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	huma.Register(s.API, at(auth.ReadGoods, http.MethodGet, "", "list-corrections", "Documents that say something else of goods than what they were received with, the newest first"), func(ctx context.Context, in *listIn) (*body[[]Correction], error) {
		v, err := of(ctx).Corrections(ctx, in.State, in.Before, in.Limit)
		return answered(v, err)
	})
	type oneIn struct {
		Document int64 `path:"document" minimum:"1" doc:"Number of the document"`
	}
	huma.Register(s.API, at(auth.ReadGoods, http.MethodGet, "/{document}", "get-correction", "What a document says differently of goods that were received"), func(ctx context.Context, in *oneIn) (*body[Correction], error) {
		v, err := of(ctx).Correction(ctx, in.Document)
		return answered(v, err)
	})
	type settleIn struct {
		Document int64 `path:"document" minimum:"1" doc:"Number of the document"`
		Body     struct {
			Right string   `json:"right" enum:"ours,theirs" doc:"What the labels say: as received, or as the document says now"`
			Items []string `json:"items,omitempty" maxItems:"1000" doc:"Only of these, as scanned or typed; else of all"`
		}
	}
	huma.Register(s.API, at(auth.Hold, http.MethodPost, "/{document}/settle", "settle-correction", "Note what the labels of goods say that a document contradicts"), func(ctx context.Context, in *settleIn) (*body[Correction], error) {
		v, err := of(ctx).Settle(ctx, in.Document, in.Body.Right, in.Body.Items, by(ctx))
		return answered(v, err)
	})
}

func addWatch(s *api.Server, of Source) {
	type watchIn struct {
		ID    int64  `path:"id" minimum:"1" doc:"Number of the session"`
		After string `header:"Last-Event-ID" maxLength:"64" doc:"Id of the last event that was read: those after it follow, where they are still known"`
	}
	one := reflect.TypeFor[Change]()
	watch := s.Streamed(route(auth.ReadGoods, http.MethodGet, "/{id}/events", "watch-dock", "What happens in a session, as it happens"), s.API.OpenAPI().Components.Schemas.Schema(one, true, one.Name()))
	huma.Register(s.API, watch, func(ctx context.Context, in *watchIn) (*huma.StreamResponse, error) {
		who, _ := auth.From(ctx)
		w, err := of(ctx).Watch(ctx, in.ID, in.After, who.ID)
		if err != nil {
			return nil, refused(err)
		}
		return s.Stream(who, w)
	})
}

func addSessions(s *api.Server, of Source) {
	huma.Register(s.API, route(auth.Receive, http.MethodPost, "", "open-dock", "Open a receiving session"), func(ctx context.Context, in *body[Start]) (*body[Session], error) {
		v, err := of(ctx).Open(ctx, in.Body, by(ctx))
		return answered(v, err)
	})
	type listIn struct {
		State  string `query:"state" enum:"open,finishing,done,dropped" doc:"Only those that are so"`
		Before int64  `query:"before" minimum:"0" doc:"Number of the last one of the page before"`
		Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "", "list-docks", "Receiving sessions, the newest first"), func(ctx context.Context, in *listIn) (*body[[]Session], error) {
		var state State
		if in.State != "" {
			if err := state.UnmarshalText([]byte(in.State)); err != nil {
				return nil, refused(err)
			}
		}
		v, err := of(ctx).List(ctx, state, in.Before, in.Limit)
		return answered(v, err)
	})
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/{id}", "get-dock", "A session, and what came of it or would come of it now"), func(ctx context.Context, in *sessionIn) (*body[Report], error) {
		v, err := of(ctx).Report(ctx, in.ID)
		return answered(v, err)
	})
	type treeIn struct {
		ID      int64  `path:"id" minimum:"1" doc:"Number of the session"`
		In      string `query:"in" maxLength:"8192" doc:"The container whose content is listed; without it, what stands by itself"`
		After   string `query:"after" maxLength:"8192" doc:"The last path of the page before"`
		Missing bool   `query:"missing" doc:"Only what isn't all there"`
		Limit   int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/{id}/tree", "get-dock-tree", "What a session expects, and what was found of it"), func(ctx context.Context, in *treeIn) (*body[[]Thing], error) {
		v, err := of(ctx).Tree(ctx, in.ID, in.In, in.After, in.Missing, in.Limit)
		return answered(v, err)
	})
	huma.Register(s.API, route(auth.Receive, http.MethodDelete, "/{id}", "drop-dock", "End a session without receiving anything"), func(ctx context.Context, in *sessionIn) (*struct{}, error) {
		return nil, refused(of(ctx).Drop(ctx, in.ID, by(ctx)))
	})
}

func addScans(s *api.Server, of Source) {
	type scanIn struct {
		ID   int64 `path:"id" minimum:"1" doc:"Number of the session"`
		Body Scan
	}
	huma.Register(s.API, route(auth.Receive, http.MethodPost, "/{id}/scans", "scan-dock", "Note a scan, and say what it is"), func(ctx context.Context, in *scanIn) (*body[Result], error) {
		v, err := of(ctx).Scan(ctx, in.ID, in.Body, by(ctx))
		return answered(v, err)
	})
	type undoIn struct {
		ID int64 `path:"id" minimum:"1" doc:"Number of the session"`
		N  int   `path:"n" minimum:"1" doc:"Number of the scan"`
	}
	huma.Register(s.API, route(auth.Receive, http.MethodDelete, "/{id}/scans/{n}", "undo-dock-scan", "Take a scan back"), func(ctx context.Context, in *undoIn) (*struct{}, error) {
		_, err := of(ctx).Undo(ctx, in.ID, in.N, by(ctx))
		return nil, refused(err)
	})
	type joinIn struct {
		ID   int64 `path:"id" minimum:"1" doc:"Number of the session"`
		Body struct {
			Document int64 `json:"document" minimum:"1" doc:"Number of the document"`
		}
	}
	huma.Register(s.API, route(auth.Receive, http.MethodPost, "/{id}/documents", "join-dock-document", "Add a document that came later to an open session"), func(ctx context.Context, in *joinIn) (*body[Session], error) {
		v, err := of(ctx).Join(ctx, in.ID, in.Body.Document, by(ctx))
		return answered(v, err)
	})
}

func addFinish(s *api.Server, of Source) {
	type decideIn struct {
		ID   int64 `path:"id" minimum:"1" doc:"Number of the session"`
		Body struct {
			Item   string `json:"item" minLength:"1" maxLength:"8192" doc:"What is decided about"`
			What   string `json:"what" enum:",receive,reject,leave,forgive,refuse,hold,back" doc:"Empty withdraws the decision"`
			Reason string `json:"reason,omitempty" maxLength:"200"`
		}
	}
	huma.Register(s.API, route(auth.Receive, http.MethodPost, "/{id}/decisions", "decide-dock", "Decide what becomes of a thing"), func(ctx context.Context, in *decideIn) (*body[Decision], error) {
		v, err := of(ctx).Decide(ctx, in.ID, in.Body.Item, in.Body.What, in.Body.Reason, by(ctx))
		return answered(v, err)
	})
	huma.Register(s.API, route(auth.Receive, http.MethodPost, "/{id}/finish", "finish-dock", "Receive what is good, send back what is not, and open cases"), func(ctx context.Context, in *sessionIn) (*body[Report], error) {
		v, err := of(ctx).Finish(ctx, in.ID, by(ctx))
		return answered(v, err)
	})
	huma.Register(s.API, route(auth.Receive, http.MethodPost, "/{id}/sellers", "check-dock-sellers", "Check again whether the sellers of a finished session were authorised trading partners"), func(ctx context.Context, in *sessionIn) (*body[[]SellerWord], error) {
		v, err := of(ctx).CheckSellers(ctx, in.ID)
		return answered(v, err)
	})
}
