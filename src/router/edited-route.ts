import type { Exchange, RequestEditor } from '../exchange.ts';
import type { OwnRoute } from './own-route.ts';

/** A route whose own answers are changed on their way to the client. */
export class EditedRoute implements OwnRoute {
  readonly name: string;
  private readonly route: OwnRoute;
  private readonly editor: RequestEditor;

  constructor(route: OwnRoute, editor: RequestEditor) {
    this.name = route.name;
    this.route = route;
    this.editor = editor;
  }

  answer(exchange: Exchange): void {
    this.editor.apply(exchange);
    this.route.answer(exchange);
  }
}
