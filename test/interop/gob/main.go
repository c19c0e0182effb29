// Runs redistore's own GobSerializer. Reads one JSON request from each line, and writes its result as one line.
//
//	{"encode": typed session} -> {"b64": bytes, "values": typed session decoded from these bytes}
//	{"decode": bytes}         -> {"values": typed session}
//
// An error or a panic is {"error": text}. A fatal error of the Go runtime, such as a lack of memory, ends the program.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"reflect"

	"github.com/boj/redistore"
	"github.com/gorilla/sessions"
)

type request struct {
	Encode *Typed  `json:"encode"`
	Decode *string `json:"decode"`
}

type result struct {
	B64    string `json:"b64,omitempty"`
	Values *Typed `json:"values,omitempty"`
	Error  string `json:"error,omitempty"`
}

var serializer redistore.GobSerializer

func handle(r request) (res result) {
	defer func() {
		if cause := recover(); cause != nil {
			res = result{Error: fmt.Sprint("panic: ", cause)}
		}
	}()
	var data []byte
	var err error
	if r.Encode != nil {
		session := &sessions.Session{Values: build(*r.Encode).Interface().(map[interface{}]interface{})}
		if data, err = serializer.Serialize(session); err != nil {
			return result{Error: err.Error()}
		}
		res.B64 = base64.StdEncoding.EncodeToString(data)
	} else if data, err = base64.StdEncoding.DecodeString(*r.Decode); err != nil {
		return result{Error: err.Error()}
	}
	session := &sessions.Session{Values: map[interface{}]interface{}{}}
	if err = serializer.Deserialize(data, session); err != nil {
		return result{Error: err.Error()}
	}
	values := show(reflect.ValueOf(session.Values))
	res.Values = &values
	return res
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<28)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	results := json.NewEncoder(out)
	for in.Scan() {
		var r request
		must(json.Unmarshal(in.Bytes(), &r))
		must(results.Encode(handle(r)))
	}
	must(in.Err())
}
