package caseview

import (
	"context"
	"crypto/rand"
	"database/sql"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/format/pdg"
	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/proof"
)

// Source gives the cases of the organisation for which a request is made. It is asked
// only for requests that were let in, so it always has them.
type Source func(ctx context.Context) *Cases

type body[T any] struct{ Body T }

type named struct {
	ID string `path:"id" maxLength:"36" doc:"Number of the case here, or its id"`
}

// AddRoutes registers the routes of cases.
func AddRoutes(s *api.Server, of Source) {
	addReading(s, of)
	addOpening(s, of)
	addTelling(s, of)
	addEnding(s, of)
	addInvestigating(s, of)
	addPhotos(s, of)
}

func route(need auth.Permission, method, path, id, summary string) huma.Operation {
	return api.Guarded(huma.Operation{Method: method, Path: "/api/v1/cases" + path, OperationID: id, Summary: summary, MaxBodyBytes: api.BodyBytesDefault}, need)
}

func answered[T any](value T, err error) (*body[T], error) {
	if err != nil {
		return nil, refused(err)
	}
	return &body[T]{value}, nil
}

// who is the person or machine that asks.
func who(ctx context.Context) string {
	p, _ := auth.From(ctx)
	return p.ID
}

func addReading(s *api.Server, of Source) {
	type listIn struct {
		All     bool   `query:"all" doc:"Those that are closed too"`
		State   string `query:"state" doc:"open, sent, answered, agreed, settled, withdrawn or escalated"`
		Partner int64  `query:"partner" minimum:"0" doc:"Number in the address book"`
		Org     string `query:"org" maxLength:"32" doc:"The partner's id on the ledger"`
		Path    string `query:"path" maxLength:"512" doc:"About this thing, by its GS1 Digital Link path"`
		Overdue bool   `query:"overdue" doc:"Only those whose next step is late"`
		Before  int64  `query:"before" minimum:"0" doc:"Number of the last one of the page before"`
		Limit   int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "", "list-cases", "Exception cases, the newest first"), func(ctx context.Context, in *listIn) (*body[[]Case], error) {
		f := Filter{All: in.All, Partner: in.Partner, Org: in.Org, Path: in.Path, Overdue: in.Overdue, Before: in.Before, Limit: in.Limit}
		if in.State != "" {
			if err := f.State.UnmarshalText([]byte(in.State)); err != nil {
				return nil, refused(err)
			}
		}
		return answered(of(ctx).List(ctx, f))
	})
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/{id}", "get-case", "One case with its items, evidence and messages"), func(ctx context.Context, in *named) (*body[Detail], error) {
		return answered(of(ctx).Show(ctx, in.ID))
	})
	type contentIn struct {
		ID      string `path:"id" maxLength:"36" doc:"Number of the case here, or its id"`
		Message string `path:"message" maxLength:"36" doc:"uuid of the message"`
	}
	content := route(auth.ReadGoods, http.MethodGet, "/{id}/messages/{message}", "get-case-message", "Take a message of a case out as it came or went")
	content.Responses = map[string]*huma.Response{"200": {Description: "The message", Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: huma.TypeObject}}}}}
	huma.Register(s.API, content, func(ctx context.Context, in *contentIn) (*huma.StreamResponse, error) {
		r, err := of(ctx).Content(ctx, in.ID, in.Message)
		if err != nil {
			return nil, refused(err)
		}
		return &huma.StreamResponse{Body: func(out huma.Context) {
			defer r.Close()
			out.SetHeader("Content-Type", "application/json")
			out.SetHeader("Content-Disposition", `attachment; filename="exception-message.json"`)
			out.SetHeader("X-Content-Type-Options", "nosniff")
			_, _ = io.Copy(out.BodyWriter(), r) // what is cut off is no JSON
		}}, nil
	})
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/{id}/letter", "get-case-letter", "The e-mail by which a person sends a case's messages"), func(ctx context.Context, in *named) (*body[Letter], error) {
		return answered(of(ctx).Letter(ctx, in.ID))
	})
}

// opening is a New as a request writes it.
type opening struct {
	Category Category  `json:"category,omitempty" doc:"data-issue, product-no-data, data-no-product, packaging-labeling or unavailable"`
	Scenario string    `json:"scenario,omitempty" maxLength:"8" doc:"Such as 2.1A; the category's usual one without it"`
	Partner  int64     `json:"partner,omitempty" minimum:"0" doc:"Number in the address book"`
	Org      string    `json:"org,omitempty" maxLength:"32" doc:"The partner's id on the ledger"`
	Site     string    `json:"site,omitempty" maxLength:"13" doc:"GLN of the own place: its days count"`
	PO       string    `json:"po,omitempty" maxLength:"200" doc:"Order number"`
	Shipment string    `json:"shipment,omitempty" maxLength:"64" doc:"Id of the shipment on the ledger"`
	Document string    `json:"document,omitempty" maxLength:"200" doc:"Number that the data's sender gave it"`
	Items    []Item    `json:"items" minItems:"1" maxItems:"10000"`
	Found    time.Time `json:"found,omitzero" doc:"When it was found; now without it"`
	Key      string    `json:"key,omitempty" maxLength:"200" doc:"The same key opens the same case"`
}

func (o opening) new(by string) (New, error) {
	key := keyOf("person", o.Key)
	if o.Key == "" {
		_, _ = rand.Read(key[:]) // never fails
	}
	n := New{Key: key, Category: o.Category, Scenario: o.Scenario, Partner: o.Partner, Org: o.Org, Site: o.Site, PO: o.PO, Shipment: o.Shipment, Document: o.Document, Items: o.Items, Found: o.Found, By: by}
	if o.Shipment != "" && (&Case{Shipment: o.Shipment}).shipmentID() == (proof.Hash{}) {
		return n, invalid("%.80q is no shipment's id; pedigree shipments --json has them", o.Shipment)
	}
	return n, nil
}

// OpenNow opens a case in a transaction of its own.
func (c *Cases) OpenNow(ctx context.Context, n New) (k Case, err error) {
	if n.Partner > 0 && n.Org == "" {
		p, err := c.Book.Get(ctx, n.Partner, time.Time{})
		if err != nil {
			return k, err
		}
		n.Org = p.Org
	}
	err = c.Vault.Update(ctx, func(tx *sql.Tx) error {
		k, err = c.Open(tx, n)
		return err
	})
	return k, err
}

func addOpening(s *api.Server, of Source) {
	huma.Register(s.API, route(auth.SettleExceptions, http.MethodPost, "", "open-case", "Open an exception case"), func(ctx context.Context, in *body[opening]) (*body[Case], error) {
		n, err := in.Body.new(who(ctx))
		if err != nil {
			return nil, refused(err)
		}
		return answered(of(ctx).OpenNow(ctx, n))
	})
	type itemsIn struct {
		ID   string `path:"id" maxLength:"36" doc:"Number of the case here, or its id"`
		Body struct {
			Items []Item `json:"items" minItems:"1" maxItems:"10000"`
		}
	}
	huma.Register(s.API, route(auth.SettleExceptions, http.MethodPost, "/{id}/items", "add-case-items", "Add to a case what was found later"), func(ctx context.Context, in *itemsIn) (*body[Case], error) {
		return answered(of(ctx).AddItems(ctx, in.ID, in.Body.Items))
	})
	type assignIn struct {
		ID   string `path:"id" maxLength:"36" doc:"Number of the case here, or its id"`
		Body struct {
			Owner   string `json:"owner,omitempty" maxLength:"200" doc:"A person or role; me: who asks"`
			Partner int64  `json:"partner,omitempty" minimum:"0" doc:"Number in the address book"`
			Org     string `json:"org,omitempty" maxLength:"32" doc:"The partner's id on the ledger"`
		}
	}
	huma.Register(s.API, route(auth.SettleExceptions, http.MethodPost, "/{id}/owner", "assign-case", "Give a case to somebody, or say whose goods it is about"), func(ctx context.Context, in *assignIn) (*body[Case], error) {
		a := Assignment{Owner: in.Body.Owner, Partner: in.Body.Partner, Org: in.Body.Org}
		if a.Owner == "me" {
			a.Owner = who(ctx)
		}
		return answered(of(ctx).Assign(ctx, in.ID, a))
	})
	type noteIn struct {
		ID   string `path:"id" maxLength:"36" doc:"Number of the case here, or its id"`
		Body struct {
			Kind     string `json:"kind,omitempty" enum:"document,scan,entry,authority,word" default:"word"`
			Document int64  `json:"document,omitempty" minimum:"0" doc:"Number of transaction data or of a check"`
			Text     string `json:"text" minLength:"1" maxLength:"2000"`
		}
	}
	huma.Register(s.API, route(auth.SettleExceptions, http.MethodPost, "/{id}/evidence", "add-case-evidence", "Add what speaks for a case"), func(ctx context.Context, in *noteIn) (*body[Case], error) {
		return answered(of(ctx).Note(ctx, in.ID, Evidence{Kind: in.Body.Kind, Document: in.Body.Document, Text: in.Body.Text, By: who(ctx)}))
	})
	type paceIn struct {
		Body struct {
			Partner int64  `json:"partner,omitempty" minimum:"0" doc:"Number in the address book"`
			Org     string `json:"org,omitempty" maxLength:"32" doc:"The partner's id on the ledger"`
			Days    int    `json:"days" minimum:"0" maximum:"60" doc:"Business days; 0 goes back to what is custom"`
		}
	}
	huma.Register(s.API, route(auth.SettleExceptions, http.MethodPost, "/pace", "set-case-pace", "Agree with a partner by when it answers"), func(ctx context.Context, in *paceIn) (*struct{}, error) {
		c := of(ctx)
		if in.Body.Org == "" && in.Body.Partner > 0 {
			p, err := c.Book.Get(ctx, in.Body.Partner, time.Time{})
			if err != nil {
				return nil, refused(err)
			}
			in.Body.Org = p.Org
		}
		return nil, refused(c.SetPace(ctx, in.Body.Org, in.Body.Partner, in.Body.Days))
	})
}

func addTelling(s *api.Server, of Source) {
	type tellIn struct {
		ID   string `path:"id" maxLength:"36" doc:"Number of the case here, or its id"`
		Body struct {
			Accept bool   `json:"accept,omitempty" doc:"Take what the partner offers instead"`
			Ask    string `json:"ask,omitempty" enum:"Send new data,Send product,Return product,Send back product,Credit account,Debit account" doc:"What is asked for, instead of what each thing says"`
			Words  string `json:"words,omitempty" maxLength:"2000" doc:"Own words that go along, for people; alone, where everything was told"`
		}
	}
	type draftIn struct {
		ID     string `path:"id" maxLength:"36" doc:"Number of the case here, or its id"`
		Accept bool   `query:"accept" doc:"Take what the partner offers instead"`
		Ask    string `query:"ask" enum:"Send new data,Send product,Return product,Send back product,Credit account,Debit account" doc:"What is asked for, instead of what each thing says"`
	}
	huma.Register(s.API, route(auth.SettleExceptions, http.MethodGet, "/{id}/draft", "draft-case-message", "What the partner would be told now; nothing is kept or sent"), func(ctx context.Context, in *draftIn) (*body[Draft], error) {
		return answered(of(ctx).Draft(ctx, in.ID, Tell{By: who(ctx), Accept: in.Accept, Ask: in.Ask}))
	})
	huma.Register(s.API, route(auth.SettleExceptions, http.MethodPost, "/{id}/messages", "tell-case", "Tell the partner what was not told yet"), func(ctx context.Context, in *tellIn) (*body[Case], error) {
		return answered(of(ctx).Message(ctx, in.ID, Tell{By: who(ctx), Accept: in.Body.Accept, Ask: in.Body.Ask, Words: in.Body.Words}))
	})
	type sentIn struct {
		ID   string `path:"id" maxLength:"36" doc:"Number of the case here, or its id"`
		Body struct {
			How string `json:"how" minLength:"1" maxLength:"500" doc:"Such as: by e-mail to the purchasing desk"`
		}
	}
	huma.Register(s.API, route(auth.SettleExceptions, http.MethodPost, "/{id}/sent", "note-case-sent", "Note that a person carried a case's messages"), func(ctx context.Context, in *sentIn) (*body[Case], error) {
		return answered(of(ctx).NoteSent(ctx, in.ID, who(ctx), in.Body.How))
	})
	type answerIn struct {
		ID   string `path:"id" maxLength:"36" doc:"Number of the case here, or its id"`
		Body Reply
	}
	huma.Register(s.API, route(auth.SettleExceptions, http.MethodPost, "/{id}/answers", "answer-case", "Answer a partner's case"), func(ctx context.Context, in *answerIn) (*body[Case], error) {
		in.Body.By = who(ctx)
		return answered(of(ctx).Answer(ctx, in.ID, in.Body))
	})
	type readIn struct {
		Partner int64  `query:"partner" minimum:"0" doc:"Number in the address book"`
		Org     string `query:"org" maxLength:"32" doc:"The partner's id on the ledger"`
	}
	huma.Register(s.API, api.Upload(route(auth.SettleExceptions, http.MethodPost, "/messages", "read-case-message", "Take in a partner's exception message that came as a file")), func(ctx context.Context, in *readIn) (*body[Taken], error) {
		raw, err := io.ReadAll(io.LimitReader(api.UploadOf(ctx), pdg.MessageBytesMax+1))
		if err != nil {
			return nil, refused(err)
		}
		return answered(of(ctx).Take(ctx, Arrival{Org: in.Org, Partner: in.Partner, Message: raw}))
	})
}

func addEnding(s *api.Server, of Source) {
	type settleIn struct {
		ID   string `path:"id" maxLength:"36" doc:"Number of the case here, or its id"`
		Body struct {
			Settling
			Withdraw string `json:"withdraw,omitempty" maxLength:"2000" doc:"Why nothing is wanted any more; ends the whole case"`
		}
	}
	huma.Register(s.API, route(auth.SettleExceptions, http.MethodPost, "/{id}/settle", "settle-case", "End items whose agreed resolution is there, or withdraw the case"), func(ctx context.Context, in *settleIn) (*body[Case], error) {
		in.Body.By = who(ctx)
		if in.Body.Withdraw != "" {
			return answered(of(ctx).Withdraw(ctx, in.ID, in.Body.By, in.Body.Withdraw))
		}
		return answered(of(ctx).Settle(ctx, in.ID, in.Body.Settling))
	})
}

func addInvestigating(s *api.Server, of Source) {
	type escalateIn struct {
		ID   string `path:"id" maxLength:"36" doc:"Number of the case here, or its id"`
		Body struct {
			Reason string `json:"reason" minLength:"1" maxLength:"2000"`
		}
	}
	huma.Register(s.API, route(auth.SettleExceptions, http.MethodPost, "/{id}/escalate", "escalate-case", "Make a case's goods suspect: flag exactly them on the ledger"), func(ctx context.Context, in *escalateIn) (*body[Case], error) {
		return answered(of(ctx).Escalate(ctx, in.ID, who(ctx), in.Body.Reason))
	})
	type clearIn struct {
		ID   string `path:"id" maxLength:"36" doc:"Number of the case here, or its id"`
		Body struct {
			Reason string `json:"reason" minLength:"1" maxLength:"2000"`
			Read   int    `json:"read" minimum:"1" doc:"Number of the last piece of evidence that was read"`
		}
	}
	huma.Register(s.API, route(auth.Hold, http.MethodPost, "/{id}/clear", "clear-case", "End an investigation that found nothing, as another person than who began it"), func(ctx context.Context, in *clearIn) (*body[Case], error) {
		p, _ := auth.From(ctx)
		return answered(of(ctx).Clear(ctx, in.ID, Clearing{By: p.ID, Reason: in.Body.Reason, Read: in.Body.Read, Alone: p.Kind == auth.Owner}))
	})
}
