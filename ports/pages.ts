// Pages of the web, read as text: what somebody says stands there is looked at.

export interface Pages {
  /** Never throws: a page that can not be read is an answer. `url`: http or https. */
  read(url: string): Promise<PageRead>;
}

export type PageRead =
  | {
      readonly kind: 'read';
      /** Where it ended, after redirects. */
      readonly url: string;
      /** What a person sees of it. */
      readonly text: string;
      /** What the page itself says of its publication, as it says it. */
      readonly published?: string | undefined;
    }
  /** Why, as the end of a sentence. */
  | { readonly kind: 'unread'; readonly why: string };
