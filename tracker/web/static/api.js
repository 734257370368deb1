// The description of the interface, shown by the library that lies beside it.
"use strict";
SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#api", deepLinking: true, validatorUrl: null, persistAuthorization: false });
