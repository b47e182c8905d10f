package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"pedigree/internal/auth"
)

// Headers of an act that is signed: the answer names the record that wants a
// signature, the request that is sent again bears the signature's id.
const (
	wantHeader      = "Pedigree-Record"
	signatureHeader = "Pedigree-Signature"
)

// codeUnsigned is the code of an act that wants a signature.
const codeUnsigned = "access/signature-needed"

// held reads the body of an act that is signed or waits, and puts it back.
func held(ctx huma.Context) ([]byte, error) {
	r, w := humago.Unwrap(ctx)
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, auth.PendingBytesMax))
	r.Body = io.NopCloser(bytes.NewReader(b))
	return b, err
}

// recordOf is what a signature of this request is bound to.
func recordOf(ctx huma.Context, who auth.Principal, meaning string, content []byte) auth.Record {
	u := ctx.URL()
	sum := sha256.Sum256(content)
	return auth.Record{
		Org: who.Org, Signer: who.ID, Name: who.Name, Meaning: meaning, Act: ctx.Operation().OperationID,
		Object: ctx.Method() + " " + u.RequestURI(), Content: hex.EncodeToString(sum[:]),
	}
}

// signed lets an act that calls for a signature run only with one: the owner signs
// with the access token that came along, a person by proving again who they are.
// What a second person approved was signed when it was asked for.
func (s *Server) signed(ctx huma.Context, next func(huma.Context)) {
	who, _ := auth.From(ctx.Context())
	policy, _ := PolicyOf(ctx.Operation())
	rule, _ := auth.RuleOf(policy.of(ctx.Param))
	if s.config.Access == nil || rule.Meaning == "" || ctx.Method() == http.MethodGet || approvedBy(ctx.Context()) != "" {
		next(ctx)
		return
	}
	content, err := held(ctx)
	if err != nil {
		problem(ctx, tooLargeToHold())
		return
	}
	record := recordOf(ctx, who, rule.Meaning, content)
	if who.Kind == auth.Owner {
		_, err = s.config.Access.SignByToken(ctx.Context(), record)
	} else {
		err = s.config.Access.UseSignature(ctx.Context(), ctx.Header(signatureHeader), record)
	}
	switch {
	case err == nil:
		next(ctx)
	case errors.Is(err, auth.ErrUnknown):
		s.askToSign(ctx, record)
	default:
		s.config.Log.Error("couldn't sign an act", "act", record.Act, "error", err)
		problem(ctx, &Problem{
			Type: "about:blank", Title: http.StatusText(http.StatusServiceUnavailable), Status: http.StatusServiceUnavailable,
			Detail: "the signature can't be kept, so the act was not begun", Kind: "unavailable",
		})
	}
}

func tooLargeToHold() *Problem {
	return &Problem{
		Type: "about:blank", Title: http.StatusText(http.StatusRequestEntityTooLarge), Status: http.StatusRequestEntityTooLarge,
		Detail: "the body of an act that is signed or approved is too large, or can't be read", Kind: "limit",
	}
}

// askToSign says what wants a signature.
func (s *Server) askToSign(ctx huma.Context, record auth.Record) {
	id, err := s.config.Access.Want(record)
	if err != nil {
		writeProblemOf(ctx, err)
		return
	}
	s.record(ctx.Context(), record.Org, record.Signer, record.Act, objectOf(ctx), "refused: not signed")
	ctx.SetHeader(wantHeader, id)
	problem(ctx, &Problem{
		Type: typeOf(codeUnsigned), Title: http.StatusText(http.StatusPreconditionRequired), Status: http.StatusPreconditionRequired, Code: codeUnsigned, Kind: "denied",
		Detail: "this act is signed: prove again who you are",
		Hint:   "POST /api/v1/signatures/begin with the id in the header " + wantHeader + ", then send the act again with " + signatureHeader,
	})
}

// writeProblemOf answers an operation with an error of any kind.
func writeProblemOf(ctx huma.Context, err error) {
	var p *Problem
	if !errors.As(Refuse(err), &p) {
		p = &Problem{Type: "about:blank", Title: http.StatusText(http.StatusInternalServerError), Status: http.StatusInternalServerError, Detail: err.Error()}
	}
	problem(ctx, p)
}

func addSignatures(s *Server, a *auth.Access) {
	type beginIn struct {
		Body struct {
			Record string `json:"record" maxLength:"64" doc:"The id in the header Pedigree-Record"`
		}
	}
	type begun struct {
		Ceremony string      `json:"ceremony" doc:"To be sent back with the answer"`
		Record   auth.Record `json:"record" doc:"What is signed: to be shown to who signs it"`
		Options  any         `json:"options" doc:"For navigator.credentials.get"`
	}
	huma.Register(s.API, Guarded(huma.Operation{
		OperationID: "begin-signature", Method: http.MethodPost, Path: "/api/v1/signatures/begin", Summary: "Begin to sign an act with a passkey",
	}, auth.OwnSession), func(ctx context.Context, in *beginIn) (*body[begun], error) {
		record, err := a.Wanted(asker(ctx), in.Body.Record)
		if err != nil || s.config.Passkeys == nil {
			return nil, newProblem(http.StatusNotFound, "no such act waits for your signature; send the act again")
		}
		id, options, err := s.config.Passkeys.BeginSigning(ctx, record)
		return &body[begun]{begun{id, record, options}}, Refuse(err)
	})
	type finishIn struct {
		Body struct {
			Ceremony string          `json:"ceremony" maxLength:"64"`
			Answer   json.RawMessage `json:"answer" doc:"The authenticator's answer"`
		}
	}
	huma.Register(s.API, Guarded(huma.Operation{
		OperationID: "finish-signature", Method: http.MethodPost, Path: "/api/v1/signatures", Summary: "Sign an act with a passkey's answer", DefaultStatus: http.StatusCreated,
	}, auth.OwnSession), func(ctx context.Context, in *finishIn) (*body[auth.Signature], error) {
		if s.config.Passkeys == nil {
			return nil, newProblem(http.StatusNotFound, "this node has no passkeys")
		}
		signature, err := s.config.Passkeys.FinishSigning(ctx, asker(ctx), in.Body.Ceremony, in.Body.Answer)
		if errors.Is(err, auth.ErrUnknown) {
			return nil, newProblem(http.StatusForbidden, "that is not your signature of this act, or it came too late; send the act again")
		}
		return &body[auth.Signature]{signature}, Refuse(err)
	})
	huma.Get(s.API, "/api/v1/signatures", func(ctx context.Context, _ *struct{}) (*body[[]auth.Signature], error) {
		list, err := a.Signatures(ctx, asker(ctx).Org, "")
		return &body[[]auth.Signature]{list}, Refuse(err)
	}, described("list-signatures", "The signatures, the newest first, each checked again"), Needs(auth.ReadAudit))
	type idIn struct {
		ID string `path:"id" maxLength:"16" doc:"The signature's id"`
	}
	huma.Get(s.API, "/api/v1/signatures/{id}", func(ctx context.Context, in *idIn) (*body[auth.Signature], error) {
		list, err := a.Signatures(ctx, asker(ctx).Org, in.ID)
		if err != nil {
			return nil, Refuse(err)
		}
		return &body[auth.Signature]{list[0]}, nil
	}, described("get-signature", "One signature: printed name, time, meaning and record, checked again"), Needs(auth.ReadAudit))
}
