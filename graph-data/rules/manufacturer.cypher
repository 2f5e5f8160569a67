// A manufacturer is a company that somebody says makes a product.
DEFINE (c:Manufacturer) AS
MATCH (c:Company)-[:MAKES]->(:Product);
